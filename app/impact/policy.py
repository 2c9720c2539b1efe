"""What the documented branches ask of a pull request: never its own head."""

from collections.abc import Mapping
from pathlib import Path

from app.analysis.scopes import read_scopes
from app.domain.value import Value
from app.domain.wiki.configuration.config import FILE_NAME, CheckMode
from app.domain.wiki.site.guide_block import GUIDES
from app.domain.wiki.site.publication import SIDECARS
from app.domain.work.branches import is_documented
from app.git.diff import changed_paths
from app.git.history import History
from app.git.snapshot import Snapshot
from app.impact.folders import Listed


class Policy(Value):
    """How changes of one branch are judged."""

    is_documented: bool
    commit: str
    """The head of the branch."""
    modes: Mapping[str, CheckMode]
    """What findings do, by the folder of the scope."""
    has_pages: bool
    outputs: tuple[str, ...] = ()
    """The folders of the pages of all scopes."""

    @property
    def is_off(self) -> bool:
        """Say whether nobody wants to know anything."""
        return not self.is_documented or set(self.modes.values()) <= {CheckMode.OFF}

    @property
    def is_required(self) -> bool:
        """Say whether findings hold a change up, so that a check must not be missing."""
        return not self.is_off and CheckMode.REQUIRE in self.modes.values()


async def read_policy(root: Path, branch: str, default_branch: str, defaults: str = "") -> Policy:
    """Read the configuration of a branch of a mirror, and of the default one that names it.

    `defaults` is the organisation's configuration.
    """
    listed = await Listed.of(root, f"refs/heads/{branch}")
    reading = await read_scopes(listed, defaults)
    naming = reading
    if branch != default_branch:
        default = await Snapshot.open(root, f"refs/heads/{default_branch}")
        naming = await read_scopes(default, defaults)
    globs = next((each.config.branches for each in naming.scopes if not each.folder), ())
    records = tuple(f"{each.output}/{SIDECARS}/" for each in reading.scopes)
    return Policy(
        is_documented=is_documented(branch, globs, default_branch),
        commit=listed.commit,
        modes={each.folder: each.config.checks.mode for each in reading.scopes},
        has_pages=any(each.path.startswith(records) for each in listed.files),
        outputs=tuple(each.output for each in reading.scopes),
    )


async def holds_only_pages(root: Path, policy: Policy, head: str) -> bool:
    """Say whether a change is one that AutoDoc may write: people can push to its branch, too."""
    base = await History(root).merge_base(policy.commit, head)
    changed = await changed_paths(root, base, head) if base else frozenset[str]()
    folders = tuple(f"{each}/" for each in policy.outputs)
    return bool(base) and all(
        path.startswith(folders) or path.rpartition("/")[2] in {*GUIDES, FILE_NAME}
        for path in changed
    )
