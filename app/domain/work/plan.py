"""What to do: a trigger, what is documented and what changed become a plan.

What changed is only a hint, since the update itself judges every page by git, from the commit of
its own stamp. So nothing of the following is a reason to write everything anew, once readers see
pages; it is an update, which costs what changed:

- more than 300 files: GitHub lists no more, `git diff` on the mirror knows all
- zero SHAs (a branch that was created or pushed anew): what is documented is compared with the head
- a forced push, a head that has diverged from the documented commit or lies behind it: the two are
  compared all the same, for pages were made from the one and have to be true of the other
- a documented commit that nobody knows any more: digests in the records decide

Everything is written where nothing is documented yet, or where nobody has merged pages. Models are
asked only where people agreed; until then a repository is asked to, with a few pages.
"""

from collections.abc import Collection
from typing import Protocol

from app.domain.value import Value
from app.domain.work.branches import OWN_BRANCHES
from app.domain.work.command import Command, Verb
from app.domain.work.job import FlowName
from app.domain.work.repository import Consent
from app.domain.work.trigger import Closed, Commanded, Installed, Planned, Proposed, Push

OUTPUT_FOLDER = "docs/autodoc"
_NO_COMMIT = frozenset("0")


class Comparison(Protocol):
    """What differs between the documented commit and the head of the branch."""

    @property
    def status(self) -> str:
        """Say `identical`, `ahead`, `behind` or `diverged`, as seen from the head."""

    @property
    def paths(self) -> Collection[str]:
        """List the files that differ."""

    @property
    def truncated(self) -> bool:
        """Say whether files are missing in the list."""


class Documented(Value):
    """What is known about the documentation of a branch."""

    commit: str | None = None
    """The commit that the newest pages were written from; None when there are none yet."""
    published: bool = False
    """Whether readers see any of its pages."""
    consent: Consent | None = None
    """What the repository's people said; None where nobody asks them: then the merge of the first
    pull request is the consent."""
    agreed_now: bool = False
    """Whether the trigger itself is the consent."""

    @property
    def agreed(self) -> bool:
        """Say whether models may be asked."""
        return self.published if self.consent is None else self.consent is Consent.GIVEN

    @property
    def is_asked(self) -> bool:
        """Say whether people have yet to agree; who has pages is not asked, nor is a model."""
        return self.consent is not None and not self.agreed and not self.published


class Plan(Value):
    """What to run on which branch, and why; no flow means that there is nothing to do."""

    flow: FlowName | None
    branch: str
    reason: str
    fresh: bool = False
    pages: tuple[str, ...] = ()
    replan: bool = False
    local_writer_only: bool = False


def needs_comparison(trigger: Planned, branch: str, documented: Documented) -> bool:
    """Say whether the plan depends on what changed since the documented commit."""
    if documented.commit is None or documented.is_asked:
        return False
    return _is_catching_up(trigger) or (
        isinstance(trigger, Push) and why_ignored(trigger, branch) is None
    )


def make_plan(
    trigger: Planned, branch: str, documented: Documented, comparison: Comparison | None
) -> Plan:
    """Choose the least work that makes the documentation of `branch` true again.

    `branch` is a documented branch. `comparison` leads from the documented commit to the head of
    the branch; None when there is nothing to compare, or the provider knows no such commits.
    """
    if isinstance(trigger, Closed):
        return _plan_closed(trigger, branch, documented)
    if isinstance(trigger, Commanded) and not _is_catching_up(trigger):
        return _plan_command(trigger, branch)
    return _plan_by_itself(trigger, branch, documented, comparison)


def _plan_by_itself(
    trigger: Planned, branch: str, documented: Documented, comparison: Comparison | None
) -> Plan:
    if isinstance(trigger, Push) and (reason := why_ignored(trigger, branch)) is not None:
        return Plan(flow=None, branch=trigger.branch, reason=reason)
    if documented.is_asked:
        return _plan_question(branch, documented)
    if isinstance(trigger, Installed):
        return _plan_installed(branch, documented)
    return _plan_push(branch, documented, comparison)


def _is_catching_up(trigger: Planned) -> bool:
    """Say whether something asks for what was left undone."""
    if isinstance(trigger, Proposed):
        return True
    order = trigger.order if isinstance(trigger, Commanded) else None
    return isinstance(order, Command) and order.verb is Verb.RESUME


def why_ignored(push: Push, branch: str) -> str | None:
    """Say why a push concerns no documentation; None when it does."""
    if push.branch.startswith(OWN_BRANCHES):
        return "the branch is AutoDoc's own"
    if push.branch != branch:
        return "the branch is not documented"
    if _NO_COMMIT.issuperset(push.after):
        return "the branch was deleted"
    return None


def is_generated(path: str, output: str = OUTPUT_FOLDER) -> bool:
    """Say whether AutoDoc writes this file."""
    return path.startswith(f"{output}/")


def _plan_question(branch: str, documented: Documented) -> Plan:
    if documented.consent is Consent.DECLINED:
        reason = "the first pull request was closed: `/autodoc regenerate` in it asks for pages"
        return Plan(flow=None, branch=branch, reason=reason)
    return Plan(
        flow=FlowName.ONBOARDING,
        branch=branch,
        reason="nobody agreed to model calls yet",
        local_writer_only=True,
    )


def _plan_installed(branch: str, documented: Documented) -> Plan:
    if documented.published or documented.agreed:
        reason = "it is documented already: the next push brings it up to date"
        return Plan(flow=None, branch=branch, reason=reason)
    return Plan(
        flow=FlowName.FULL_GENERATION,
        branch=branch,
        reason="AutoDoc was installed",
        local_writer_only=True,
    )


def _plan_command(trigger: Commanded, branch: str) -> Plan:
    order = trigger.order
    if not isinstance(order, Command) or order.verb is Verb.HELP:
        return Plan(flow=None, branch=branch, reason="the comment is only answered")
    # Whoever has write access and asks agrees to model calls, with or without an earlier merge.
    return Plan(
        # An update writes the pages that were asked for and what is stale, and nothing else.
        flow=FlowName.INCREMENTAL_UPDATE if order.pages else FlowName.FULL_GENERATION,
        branch=branch,
        reason=f"{trigger.sender} asked for it",
        fresh=True,
        pages=order.pages,
        replan=order.full,
    )


def _plan_closed(trigger: Closed, branch: str, documented: Documented) -> Plan:
    if not trigger.head.startswith(OWN_BRANCHES):
        reason = "the pull request is not AutoDoc's"
    elif not trigger.merged:
        reason = f"pull request #{trigger.number} was closed without a merge"
    elif trigger.branch != branch:
        reason = "the branch is not documented"
    else:
        reason = f"pull request #{trigger.number} was merged"
        # The first one holds a few pages only: its merge asks for the others.
        flow = FlowName.FULL_GENERATION if documented.agreed_now else FlowName.INDEX_PAGES
        return Plan(flow=flow, branch=branch, reason=reason)
    return Plan(flow=None, branch=trigger.branch, reason=reason)


def _plan_push(branch: str, documented: Documented, comparison: Comparison | None) -> Plan:
    flow: FlowName
    if documented.commit is None:
        flow, reason = FlowName.FULL_GENERATION, "nothing is documented yet"
    elif comparison is not None and comparison.status == "identical":
        return Plan(flow=None, branch=branch, reason="the head is documented already")
    elif comparison is not None and _is_all_ours(comparison):
        flow, reason = FlowName.INDEX_PAGES, "only generated files changed"
    elif not documented.published and documented.consent is None:
        flow, reason = FlowName.FULL_GENERATION, "nothing is published yet"
    else:
        flow, reason = FlowName.INCREMENTAL_UPDATE, _why(comparison)
    return Plan(flow=flow, branch=branch, reason=reason, local_writer_only=not documented.agreed)


def _is_all_ours(comparison: Comparison) -> bool:
    """Say whether the head only follows with what AutoDoc wrote."""
    is_known = comparison.status == "ahead" and not comparison.truncated
    return is_known and all(is_generated(path) for path in comparison.paths)


def _why(comparison: Comparison | None) -> str:
    if comparison is None:
        return "the documented commit is unknown to the provider"
    if comparison.status != "ahead":
        return "the documented commit is not in the branch"
    if comparison.truncated:
        return "sources changed, in too many files to list"
    return "sources changed"
