from pathlib import Path

import pytest

from app.analysis.facts import MemoryFactCache
from app.domain.code.citation import Reliance
from app.domain.code.verdict import Cause, Verdict
from app.domain.work.prices import per_million
from app.domain.work.update_cost import Terms
from app.errors import InputError
from app.impact.assessing import Question, assess
from app.impact.assessment import Impact, stale_reasons
from tests.integration.git.repositories import commit, git, make_repository
from tests.integration.impact.wiki import OUTPUT, Said, add_page, change

CART = '''def total(items, tax=0.2):
    """Add up."""
    return sum(items) * (1 + tax)


def count(items):
    return len(items)
'''
ADDS = Said("The total adds 20 % tax.", "shop/cart.py", "total")
COUNTS = Said("It counts what is in the cart.", "shop/cart.py", "count")
README = "# Shop\n\nCall `Till.open` first.\n"
TILL = "class Till:\n    def open(self):\n        return self.drawer(1, 2)\n"


async def assessed(repository: Path, revisions: str = "", **terms: object) -> Impact:
    base, _, head = revisions.partition("..")
    asked = Question(base=base or None, head=head or "HEAD")
    return await assess(repository, asked, MemoryFactCache(), Terms.model_validate(terms))


def verdicts(impact: Impact) -> dict[str, str]:
    ours = {page.page: page.verdict.value for each in impact.scopes for page in each.pages}
    return ours | {page.page: page.verdict.value for page in impact.people}


def sentences(impact: Impact) -> list[str]:
    pages = [page for each in impact.scopes for page in each.pages]
    return [reason.sentence for page in pages for reason in stale_reasons(page)]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    files: dict[str, str | bytes] = {
        "shop/cart.py": CART,
        "shop/other.py": "x = 1\n",
        "shop/till.py": TILL,
        "README.md": README,
    }
    repository = make_repository(tmp_path / "shop", files)
    add_page(repository, "cart.md", [ADDS, COUNTS])
    return repository


async def test_nothing_is_stale_when_nothing_that_is_cited_changed(shop: Path) -> None:
    change(shop, "shop/cart.py", "def count", "# Comments are no code.\ndef count")
    change(shop, "shop/other.py", "1", "2")

    impact = await assessed(shop)

    assert (verdicts(impact), impact.is_stale) == ({"cart.md": "relocated"}, False)
    assert (impact.scopes[0].fresh, impact.people_fresh) == (0, 1)


async def test_a_sentence_is_told_beside_the_current_code_with_its_hunk_and_commit(
    shop: Path,
) -> None:
    changed = change(shop, "shop/cart.py", "sum(items) * (1 + tax)", "sum(items)")
    change(shop, "shop/cart.py", "def count", "\ndef count")

    impact = await assessed(shop)

    ((page,),) = [each.pages for each in impact.scopes]
    (reason,) = stale_reasons(page)
    assert impact.is_stale
    assert (reason.sentence, reason.cause) == (ADDS.text, Cause.CODE)
    assert reason.code.endswith("return sum(items)")
    assert reason.commit == changed
    assert reason.hunk is not None
    assert (reason.hunk.path, reason.hunk.new_first) == ("shop/cart.py", 3)


async def test_a_range_tells_only_its_own_effect(shop: Path) -> None:
    base = change(shop, "shop/cart.py", "1 + tax", "1 - tax")
    change(shop, "shop/cart.py", "len(items)", "len(items) + 1")

    assert sentences(await assessed(shop)) == [ADDS.text, COUNTS.text]
    assert sentences(await assessed(shop, f"{base}..HEAD")) == [COUNTS.text]
    assert sentences(await assessed(shop, f"{base}..{base}")) == []


async def test_a_base_that_went_on_is_compared_from_where_the_two_parted(shop: Path) -> None:
    git(shop, "checkout", "-q", "-b", "work")
    change(shop, "shop/cart.py", "len(items)", "len(items) + 1")
    git(shop, "checkout", "-q", "main")
    change(shop, "shop/cart.py", "1 + tax", "1 - tax")

    impact = await assessed(shop, "main..work")

    assert sentences(impact) == [COUNTS.text]
    assert impact.base == git(shop, "merge-base", "main", "work")


@pytest.mark.parametrize("base", ["0" * 40, "1" * 40])
async def test_zeros_and_a_missing_base_leave_the_pages_own_commits(shop: Path, base: str) -> None:
    change(shop, "shop/cart.py", "1 + tax", "1 - tax")

    impact = await assessed(shop, f"{base}..HEAD")

    assert sentences(impact) == [ADDS.text]
    assert [each for each in impact.notes if "not at hand" in each] == list(impact.notes)
    assert bool(impact.notes) == (base[0] == "1")


async def test_a_branch_that_is_removed_has_nothing_to_judge(shop: Path) -> None:
    impact = await assessed(shop, f"HEAD..{'0' * 40}")

    assert (impact.scopes, impact.is_stale) == ((), False)


async def test_a_shallow_clone_is_judged_by_digests_alone(shop: Path, tmp_path: Path) -> None:
    change(shop, "shop/cart.py", "1 + tax", "1 - tax")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{shop}", str(clone))

    impact = await assessed(clone)

    assert sentences(impact) == [ADDS.text]
    ((page,),) = [each.pages for each in impact.scopes]
    assert stale_reasons(page)[0].code.endswith("(1 - tax)")
    assert "pages of people are not judged" in " ".join(impact.notes)


async def test_a_range_in_a_clone_without_the_pages_commit_tells_its_own_effect(
    shop: Path, tmp_path: Path
) -> None:
    change(shop, "shop/cart.py", "1 + tax", "1 - tax")
    change(shop, "shop/cart.py", "len(items)", "len(items) + 1")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--depth=2", f"file://{shop}", str(clone))

    assert sentences(await assessed(clone)) == [ADDS.text, COUNTS.text]
    assert sentences(await assessed(clone, "HEAD~1..HEAD")) == [COUNTS.text]


async def test_pages_of_people_are_judged_where_names_are_gone(shop: Path) -> None:
    change(shop, "shop/till.py", "def open", "def open_up")

    impact = await assessed(shop)

    assert verdicts(impact) == {"README.md": "stale"}
    (page,) = impact.people
    (reason,) = stale_reasons(page)
    assert "`Till.open_up` now" in reason.detail
    assert reason.commit == git(shop, "rev-parse", "HEAD")


async def test_a_page_that_mentions_a_gone_name_without_citing_it_is_stale(shop: Path) -> None:
    add_page(shop, "other.md", [Said("Set it as `shop/other.py` says.", "shop/cart.py", "count")])
    git(shop, "rm", "-q", "shop/other.py")
    commit(shop, {})

    impact = await assessed(shop, "HEAD~1..HEAD")

    assert verdicts(impact) == {"other.md": "stale"}
    assert sentences(impact) == ["Set it as `shop/other.py` says."]


async def test_a_page_whose_subject_is_gone_is_retired(shop: Path) -> None:
    git(shop, "rm", "-q", "shop/cart.py")
    commit(shop, {"README.md": "# Shop\n"})

    assert verdicts(await assessed(shop)) == {"cart.md": "retired"}
    assert verdicts(await assessed(shop, "HEAD~1..HEAD")) == {"cart.md": "retired"}


async def test_public_names_of_which_no_page_tells_are_listed(shop: Path) -> None:
    files: dict[str, str | bytes] = {
        "shop/coupons.py": "def redeem():\n    return 1\n\n\ndef _hidden():\n    return 2\n",
        "tests/test_coupons.py": "def test_redeem():\n    pass\n",
    }
    commit(shop, files)
    change(shop, "shop/other.py", "x = 1", "x = 1\n\n\ndef new():\n    return 1\n")

    ((first, second),) = [each.new for each in (await assessed(shop)).scopes]

    assert (first.path, first.symbols) == ("shop/coupons.py", ("redeem",))
    assert (second.path, second.symbols) == ("shop/other.py", ("new",))


async def test_a_looser_configuration_is_told_and_does_not_count_yet(shop: Path) -> None:
    commit(shop, {".autodoc.yaml": "exclude: [shop]\noutput: elsewhere\n"})
    change(shop, "shop/cart.py", "1 + tax", "1 - tax")

    impact = await assessed(shop, "HEAD~2..HEAD")

    assert sentences(impact) == [ADDS.text]
    assert [each.partition(": ")[2][:6] for each in impact.loosened] == ["`shop`", "`outpu"]


async def test_another_commit_than_the_checkouts_is_judged_with_its_own_pages(shop: Path) -> None:
    add_page(shop, "other.md", [COUNTS])
    change(shop, "shop/cart.py", "1 + tax", "1 - tax")
    (shop / OUTPUT / "cart.md").write_text("# Nothing of ours\n")

    assert sentences(await assessed(shop)) == []
    git(shop, "commit", "-qam", "Edit")
    assert sentences(await assessed(shop, f"{'0' * 40}..HEAD~1")) == [ADDS.text]


async def test_a_bare_repository_can_be_asked(shop: Path, tmp_path: Path) -> None:
    change(shop, "shop/cart.py", "1 + tax", "1 - tax")
    git(tmp_path, "clone", "-q", "--bare", str(shop), "bare.git")

    assert sentences(await assessed(tmp_path / "bare.git")) == [ADDS.text]


async def test_the_cost_of_the_update_is_that_of_its_stale_sections(shop: Path) -> None:
    add_page(shop, "local.md", [COUNTS], writer="local")
    change(shop, "shop/cart.py", "len(items)", "len(items) + 1")
    price = per_million(1, 10)

    asked = (
        await assessed(shop, writer=True, critic=True, writer_price=price, critic_price=price)
    ).cost
    free = (await assessed(shop)).cost
    unpriced = (await assessed(shop, writer=True)).cost

    assert (asked.pages, asked.sections, free.pages) == (2, 2, 2)
    assert asked.calls == 6
    assert asked.cost == pytest.approx(
        asked.input_tokens / 1e6 + asked.output_tokens / 1e5, rel=0.01
    )
    assert (free.calls, free.cost) == (0, 0.0)
    assert (unpriced.calls, unpriced.cost) == (4, None)


async def test_without_pages_and_without_a_range_there_is_no_question(tmp_path: Path) -> None:
    empty = make_repository(tmp_path / "empty", {"till.py": TILL})
    with pytest.raises(InputError, match="name a range"):
        await assessed(empty)

    commit(empty, {"README.md": README})
    change(empty, "till.py", "def open", "def open_up")
    assert verdicts(await assessed(empty, "HEAD~1..HEAD")) == {"README.md": Verdict.STALE.value}


@pytest.mark.parametrize("record", [None, b"", b"[1]", b'{"path": "cart.md", "digest": "1", "sec'])
async def test_a_page_without_a_usable_record_is_noted(shop: Path, record: bytes | None) -> None:
    file = shop / OUTPUT / ".autodoc" / "cart.json"
    if record is None:
        file.unlink()
    else:
        file.write_bytes(record)

    impact = await assessed(shop)

    assert "1 page in docs/autodoc without a usable record cannot be judged" in impact.notes[0]


async def test_what_a_sentence_only_names_stays_true(shop: Path) -> None:
    names = Said("There is `count`.", "shop/cart.py", "count", Reliance.EXISTENCE)
    add_page(shop, "names.md", [names])
    change(shop, "shop/cart.py", "len(items)", "len(items) + 1")

    assert sentences(await assessed(shop)) == [COUNTS.text]
