"""Whether an update has anything to do, found out by git and by what changed alone."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest
import pytest_asyncio

from app.analysis.facts import MemoryFactCache
from app.analysis.inventory import Limits
from app.domain.wiki.narrative.plan import plan_narrative, project_title
from app.domain.wiki.render import Origin
from app.git.history import History
from app.git.mirror import Mirrors
from app.git.snapshot import Snapshot
from flows.orchestrator.comparing import Comparer
from flows.orchestrator.revising import Now
from flows.orchestrator.settled import is_settled
from flows.orchestrator.site import lay_out, render_reference
from flows.sources import Sources
from tests.e2e.laptop import Laptop, commit, git
from tests.e2e.shop import CART, FILES

RECIPE = "local-1"
GENERATED = ("docs/autodoc",)


async def document(
    checkout: Path, base: str = "https://git.example.org/octo/shop"
) -> dict[str, bytes]:
    """Make the pages of the head, as a run without a model does."""
    head = git(checkout, "rev-parse", "HEAD")
    address = f"{base}/blob/{head}/" if "://" in base else base
    sources = Sources(Mirrors(checkout / "no-mirrors"), MemoryFactCache(), Limits())
    snapshot = await Snapshot.open(checkout, "HEAD")
    origin = Origin(commit=head, base=address)
    source = (await sources.read(snapshot, "shop", origin)).sources[0]
    now = Now(source.facts, origin, await source.all_texts(), RECIPE)
    pages = (
        *map(now.compose, plan_narrative(now.facts).pages),
        *render_reference(now.facts, origin),
    )
    return dict(lay_out(project_title(now.facts), pages).files)


@pytest_asyncio.fixture
async def checkout(tmp_path: Path) -> Path:
    return Laptop(tmp_path).make_repository("shop", FILES)


async def settled(
    checkout: Path, files: Mapping[str, bytes], *, recipe: str = RECIPE
) -> tuple[bool, int]:
    """Judge the pages against the head; says also how many versions of files were parsed."""
    cache = MemoryFactCache()
    comparer = Comparer(checkout, History(checkout), cache)
    head = git(checkout, "rev-parse", "HEAD")
    return await is_settled(files, head, comparer, GENERATED, recipe), len(cache)


@pytest.mark.parametrize(
    "text",
    [
        CART.replace("        return sum", "        # Slowly.\n        return sum"),
        CART.replace("MAX_ITEMS = 50", "\n\nMAX_ITEMS = 50"),
        CART.replace("return sum(self._prices)", "return sum(self._prices) + 1"),
    ],
    ids=["comment", "lines", "body"],
)
async def test_what_no_page_is_about_leaves_nothing_to_do(checkout: Path, text: str) -> None:
    files = await document(checkout)
    commit(checkout, {"shop/cart.py": text, "docs/autodoc/index.md": "merged", "data.bin": "1"})
    git(checkout, "rm", "--quiet", "data.bin")
    git(checkout, "commit", "--quiet", "-m", "Take it away")

    is_true, parsed = await settled(checkout, files)

    assert is_true
    assert parsed == 2


@pytest.mark.parametrize(
    "change",
    [
        {"shop/cart.py": CART.replace("count: int = 1", "count: int = 2")},
        {"shop/cart.py": CART.replace("in cents", "in euros")},
        {"shop/cart.py": CART.replace("sum(self._prices)", "sum(self._prices) + int(pay)")},
        {"shop/till.py": "def ring() -> None: ...\n"},
        {"README.md": "# Shop\n\nAnother shop.\n"},
        {".autodoc.yaml": "publish: readme\n"},
        {".gitattributes": "shop/* linguist-generated\n"},
    ],
    ids=["default", "doc", "a name that a page speaks of", "file", "document", "settings", "marks"],
)
async def test_anything_else_needs_a_closer_look(checkout: Path, change: Mapping[str, str]) -> None:
    files = await document(checkout)
    commit(checkout, change)
    assert (await settled(checkout, files))[0] is False


async def test_what_is_odd_about_the_pages_needs_a_closer_look(checkout: Path) -> None:
    files = await document(checkout)
    assert (await settled(checkout, files))[0] is True
    without_page = {path: data for path, data in files.items() if path != "index.md"}
    without_record = {p: data for p, data in files.items() if p != ".autodoc/home.json"}
    assert (await settled(checkout, {}))[0] is False
    assert (await settled(checkout, without_page))[0] is False
    assert (await settled(checkout, without_record))[0] is False
    assert (await settled(checkout, files, recipe="local-2"))[0] is False
    relative = await document(checkout, "./../../")
    assert (await settled(checkout, relative))[0] is False


@pytest.mark.parametrize("name", [b"caf\xe9.bin", b'a"b.bin', b"a\\b.bin"])
async def test_a_path_that_records_write_otherwise_needs_a_closer_look(
    checkout: Path, name: bytes
) -> None:
    odd = Path(os.fsdecode(os.fsencode(checkout) + b"/" + name))
    odd.write_text("1")
    git(checkout, "add", "--all")
    git(checkout, "commit", "--quiet", "-m", "Add it")
    files = await document(checkout)
    odd.write_text("2")
    git(checkout, "commit", "--quiet", "--all", "-m", "Change it")

    assert (await settled(checkout, files))[0] is False


async def test_the_newest_commit_is_the_one_that_all_others_lead_to(checkout: Path) -> None:
    comparer = Comparer(checkout, History(checkout), MemoryFactCache())
    first = git(checkout, "rev-parse", "HEAD")
    commit(checkout, {"one.txt": "1"})
    second = git(checkout, "rev-parse", "HEAD")
    git(checkout, "checkout", "--quiet", "-b", "other", first)
    commit(checkout, {"two.txt": "2"})
    beside = git(checkout, "rev-parse", "HEAD")

    assert await comparer.newest([first, second]) == second
    assert await comparer.newest([second]) == second
    assert await comparer.newest([first, second, beside]) == ""
    assert await comparer.newest([first, "0" * 40]) == ""
    assert await comparer.newest([first, "1" * 40]) == ""
    assert await comparer.newest([second, "HEAD~1", "--all"]) == ""
    assert await comparer.newest([]) == ""
    assert await comparer.newest([first, *(f"{each:040x}" for each in range(1, 1_001))]) == ""


async def test_a_commit_that_is_not_at_hand_needs_a_closer_look(checkout: Path) -> None:
    files = await document(checkout)
    head = git(checkout, "rev-parse", "HEAD").encode()
    elsewhere = {path: data.replace(head, b"0" * 40) for path, data in files.items()}
    assert (await settled(checkout, elsewhere))[0] is False
