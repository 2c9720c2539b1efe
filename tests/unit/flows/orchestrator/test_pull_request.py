import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from app.domain.wiki.site.guide_block import RECORD, Block, join_all
from app.domain.work.proposal import Outcome, Proposal, Published, PullRequestRef
from app.domain.work.repository import Provider, Repository
from app.github.proposals import check_files
from flows.orchestrator.publisher import Publication
from flows.orchestrator.pull_request import Branch, PullRequestPublisher, Target

REPOSITORY = Repository(
    id=1, provider=Provider.GITHUB, external_id="7", full_name="o/r", url="https://x.org/o/r"
)
TARGET = Target(repository=REPOSITORY, base="main")


OPENED = Published(
    outcome=Outcome.CREATED,
    pull=PullRequestRef(number=3, url="https://x.org/o/r/pull/3", head="h"),
)


@dataclass
class Pulls:
    """Remembers what was proposed and opens pull request 3."""

    proposals: list[Proposal] = field(default_factory=list)
    answer: Published = OPENED

    async def publish(
        self, repository: Repository, proposal: Proposal, confirm: Callable[[], Awaitable[None]]
    ) -> Published:
        assert repository == REPOSITORY
        await confirm()
        self.proposals.append(proposal)
        return self.answer


async def agree() -> None:
    """Nobody else took over."""


async def no_files(paths: Sequence[str]) -> Mapping[str, bytes | None]:
    return dict.fromkeys(paths)


def page(name: str, commit: str, says: str = "adds up") -> dict[str, bytes]:
    link = f"https://x.org/o/r/blob/{commit}/{name}.py#L1"
    text = f"# {name}\n\nIt {says} ([{name}.py:1]({link})).\n\n"
    stamp = f"<!-- autodoc page={name} commit={commit} recipe=r -->\n"
    written = (text + stamp).encode()
    record = {"path": f"{name}.md", "digest": hashlib.sha256(written).hexdigest()[:16]}
    return {f"{name}.md": written, f".autodoc/{name}.json": json.dumps(record).encode()}


async def propose(
    files: Mapping[str, bytes],
    committed: Mapping[str, bytes],
    proposed: Mapping[str, bytes],
    pulls: Pulls,
) -> str:
    async def read_committed(_output: str) -> Mapping[str, bytes]:
        return committed

    async def read_proposed(_output: str) -> Mapping[str, bytes]:
        return proposed

    publisher = PullRequestPublisher(
        pulls, TARGET, Branch(read_committed, no_files), Branch(read_proposed, no_files)
    )
    done = await publisher.publish(
        [Publication(output="docs/autodoc", files=files, commit="b" * 40)], agree
    )
    return done.where


async def test_pages_are_proposed_below_the_output_folder() -> None:
    pulls = Pulls()
    where = await propose(page("cart", "b" * 40), {}, {}, pulls)
    [proposal] = pulls.proposals
    assert where == "https://x.org/o/r/pull/3"
    assert set(proposal.files) == {"docs/autodoc/cart.md", "docs/autodoc/.autodoc/cart.json"}
    assert (proposal.base, proposal.base_commit) == ("main", "b" * 40)


async def test_retired_page_of_ours_is_deleted_and_a_persons_page_is_not_spoken_of() -> None:
    pulls = Pulls()
    old = {**page("old", "a" * 40), "mine.md": b"Mine.\n"}
    await propose(page("cart", "b" * 40), old, {}, pulls)
    files = pulls.proposals[0].files
    assert files["docs/autodoc/old.md"] is None
    assert files["docs/autodoc/.autodoc/old.json"] is None
    assert "docs/autodoc/mine.md" not in files


async def test_page_that_says_what_it_said_is_proposed_as_it_was_merged() -> None:
    pulls = Pulls()
    merged = page("cart", "a" * 40)
    await propose(page("cart", "b" * 40), merged, {}, pulls)
    files = pulls.proposals[0].files
    assert files == {f"docs/autodoc/{path}": data for path, data in merged.items()}


async def test_page_that_says_something_new_is_proposed_anew() -> None:
    pulls = Pulls()
    await propose(page("cart", "b" * 40, "multiplies"), page("cart", "a" * 40), {}, pulls)
    text = pulls.proposals[0].files["docs/autodoc/cart.md"]
    assert text is not None
    assert b"multiplies" in text


async def test_declined_proposal_is_told_in_words() -> None:
    pulls = Pulls(answer=Published(outcome=Outcome.DECLINED))
    where = await propose(page("cart", "b" * 40), {}, {}, pulls)
    assert "closed the pull request" in where


async def test_page_that_a_person_changed_after_the_merge_is_left_and_spoken_of() -> None:
    pulls = Pulls()
    merged = page("cart", "a" * 40)
    merged["cart.md"] += b"\nCorrected by hand.\n"
    await propose(page("cart", "b" * 40, "multiplies"), merged, {}, pulls)
    [proposal] = pulls.proposals
    assert proposal.files["docs/autodoc/cart.md"] == merged["cart.md"]
    assert "cart.md" in proposal.body
    assert "stays as a person has it" in proposal.body


async def test_page_that_a_person_changed_in_our_pull_request_is_left_there() -> None:
    pulls = Pulls()
    ours = page("cart", "a" * 40)
    ours["cart.md"] += b"\nCorrected in review.\n"
    await propose(page("cart", "b" * 40, "multiplies"), {}, ours, pulls)
    assert pulls.proposals[0].files["docs/autodoc/cart.md"] == ours["cart.md"]


async def test_all_scopes_are_proposed_together_and_no_page_of_another_is_touched() -> None:
    pulls = Pulls()
    merged = {"docs/autodoc": page("old", "a" * 40), "cart/docs": page("cart", "a" * 40)}

    async def read(output: str) -> Mapping[str, bytes]:
        return merged.get(output, {})

    async def nothing(_output: str) -> Mapping[str, bytes]:
        return {}

    publisher = PullRequestPublisher(
        pulls, TARGET, Branch(read, no_files), Branch(nothing, no_files)
    )
    done = await publisher.publish(
        [
            Publication(output="docs/autodoc", files=page("shop", "b" * 40), commit="b" * 40),
            Publication(
                scope="cart", output="cart/docs", files=page("cart", "b" * 40, "multiplies"),
                commit="b" * 40, warnings=("Odd.",),
            ),
        ],
        agree,
    )  # fmt: skip

    [proposal] = pulls.proposals
    removed = {path for path, data in proposal.files.items() if data is None}
    assert removed == {"docs/autodoc/old.md", "docs/autodoc/.autodoc/old.json"}
    assert set(proposal.files) - removed == {
        "docs/autodoc/shop.md", "docs/autodoc/.autodoc/shop.json",
        "cart/docs/cart.md", "cart/docs/.autodoc/cart.json",
    }  # fmt: skip
    assert proposal.folders == ("docs/autodoc", "cart/docs")
    assert "cart/docs/cart.md" in done.written
    assert "\nBrought up to date: `cart/docs/cart.md`." in proposal.body
    assert "\nRemoved: `docs/autodoc/old.md`." in proposal.body
    assert "Odd." in proposal.body


README = Block(text="## Docs\n\n[Home](docs/autodoc/index.md)", title="Shop")
OLDER = Block(text="## Docs\n\nNothing yet.", title="Shop")


def merged(block: Block, present: bytes | None = b"# Shop\n") -> tuple[bytes, bytes]:
    """Return a README with our part, and the record of it."""
    made = join_all({"README.md": present}, {"README.md": block}, None)
    content = made.files["README.md"]
    assert content is not None
    assert made.record is not None
    return content, made.record


async def guide(
    base: Mapping[str, bytes],
    ours: Mapping[str, bytes],
    records: tuple[bytes | None, bytes | None] = (None, None),
    blocks: Mapping[str, Block] | None = None,
) -> tuple[Proposal, tuple[str, ...]]:
    """Propose a README where both branches have these files and records."""

    def branch(files: Mapping[str, bytes], record: bytes | None) -> Branch:
        async def folder(_output: str) -> Mapping[str, bytes]:
            return {} if record is None else {RECORD: record}

        async def read(paths: Sequence[str]) -> Mapping[str, bytes | None]:
            return {path: files.get(path) for path in paths}

        return Branch(folder, read)

    pulls = Pulls()
    publisher = PullRequestPublisher(
        pulls, TARGET, branch(base, records[0]), branch(ours, records[1])
    )
    publication = Publication(
        output="docs/autodoc", files=page("cart", "b" * 40), commit="b" * 40,
        blocks={"README.md": README} if blocks is None else blocks,
    )  # fmt: skip
    done = await publisher.publish([publication], agree)
    return pulls.proposals[0], done.notes


async def test_readme_is_proposed_with_our_part_and_its_record() -> None:
    proposal, notes = await guide({"README.md": b"# Shop\n"}, {})

    assert proposal.files["README.md"] == merged(README)[0]
    assert proposal.files["docs/autodoc/.autodoc/root.guides.json"] == merged(README)[1]
    assert proposal.root_files == {"README.md"}
    assert "README.md" in proposal.body
    assert notes == ()
    check_files(proposal)


async def test_readme_that_says_it_already_is_not_proposed() -> None:
    content, record = merged(README)
    proposal, _ = await guide({"README.md": content + b"\nMore.\n"}, {}, (record, None))

    assert "README.md" not in proposal.files
    assert proposal.files["docs/autodoc/.autodoc/root.guides.json"] == record


async def test_readme_that_a_person_changed_in_our_pull_request_stays_there() -> None:
    content, record = merged(OLDER)
    edited = content.replace(b"# Shop", b"# The shop")
    proposal, notes = await guide({"README.md": b"# Shop\n"}, {"README.md": edited}, (None, record))

    assert "README.md" not in proposal.files
    assert "README.md" not in proposal.root_files
    assert proposal.files["docs/autodoc/.autodoc/root.guides.json"] == record
    assert notes == ("`README.md` stays as a person has it in the pull request",)
    assert "stays as a person has it" in proposal.body


async def test_our_part_goes_when_nobody_asks_for_it_any_more() -> None:
    content, record = merged(README)
    proposal, _ = await guide({"README.md": content}, {}, (record, None), blocks={})

    assert proposal.files["README.md"] == b"# Shop\n"
    assert proposal.files["docs/autodoc/.autodoc/root.guides.json"] is None


async def test_part_that_a_person_removed_is_not_put_back() -> None:
    _, record = merged(OLDER)
    proposal, notes = await guide({"README.md": b"# Shop\n"}, {}, (record, None))

    assert "README.md" not in proposal.files
    assert notes == ("`README.md` has no part of AutoDoc any more: a person removed it",)
