"""`autodoc update`: pages follow the code, and what is still true stays as it is."""

import json
import re
from pathlib import Path

import pytest

from app.analysis.facts import MemoryFactCache
from app.analysis.inventory import Limits
from app.domain.wiki.narrative.plan import plan_narrative, project_title
from app.domain.wiki.record import read_record
from app.domain.wiki.render import Origin
from app.domain.wiki.site.unmoved import essence
from app.errors import InputError
from app.git.mirror import Mirrors
from app.git.snapshot import Snapshot
from flows.keeping import local_recipe
from flows.local import Request
from flows.orchestrator.revising import Now
from flows.orchestrator.site import lay_out, render_reference
from flows.sources import Sources
from tests.e2e.laptop import Laptop, commit, contents, dead_links, git
from tests.e2e.shop import CART, CHECKOUT, DISCOUNTS

DOCS = "docs/autodoc"
FEE = CART.replace("count: int = 1", "count: int = 1, fee: int = 0").replace(
    "what a customer wants to buy", "what a customer buys, and the fee"
)
TILL = '"""A till for cash."""\n\n\ndef ring() -> None:\n    """Open the drawer."""\n'


def on_the_web(checkout: Path) -> None:
    git(checkout, "remote", "add", "origin", "git@git.example.org:octo/shop.git")


def keep(checkout: Path) -> None:
    """Commit the pages, as people do."""
    git(checkout, "add", "--", DOCS)
    git(checkout, "commit", "--quiet", "-m", "Document the shop")


async def documented(laptop: Laptop, name: str, *, web: bool = True) -> Path:
    """Make a checkout whose pages are committed."""
    checkout = laptop.make_repository(name)
    if web:
        on_the_web(checkout)
    await laptop.generate(Request(target=str(checkout)))
    keep(checkout)
    return checkout


def pages(folder: Path) -> dict[str, str]:
    return {path: data.decode() for path, data in contents(folder).items() if path.endswith(".md")}


def reference(folder: Path) -> dict[str, str]:
    """Give the reference layer without what moves with every commit."""
    found = pages(folder)
    return {path: essence(text) for path, text in found.items() if path.startswith("reference/")}


def sections(text: str) -> dict[str, str]:
    """Cut a page at its headings, without the foot."""
    parts = re.split(r"^## ", text.rpartition("\n---\n")[0], flags=re.MULTILINE)
    return {part.partition("\n")[0]: part for part in parts}


async def test_only_stale_sections_change_and_the_reference_is_as_if_made_from_nothing(
    laptop: Laptop, folder: Path
) -> None:
    checkout = await documented(laptop, "shop")
    before = pages(checkout / DOCS)
    commit(checkout, {"shop/cart.py": FEE, "shop/checkout.py": f"# Money.\n\n{CHECKOUT}"})

    made = await laptop.update(Request(target=str(checkout)))

    after = pages(checkout / DOCS)
    rewritten = {each.page: each.rewritten for each in made.updates if each.rewritten}
    assert rewritten
    assert "Main types and functions" in {one for each in rewritten.values() for one in each}
    for path, text in before.items():
        if not path.startswith("reference/"):
            kept, now = sections(text), sections(after[path])
            changed = {head for head in kept if essence(kept[head]) != essence(now[head])}
            assert changed <= set(rewritten.get(path, ()))
    await laptop.generate(Request(target=str(checkout), output=folder / "new"))
    assert reference(checkout / DOCS) == reference(folder / "new")
    assert made.outcome is not None
    assert made.outcome.withheld == ()
    assert made.outcome.parsed <= 2
    again = await laptop.update(Request(target=str(checkout)))
    assert again.settled or (again.outcome is not None and again.outcome.written == ())


async def test_pages_composed_beside_a_graft_are_those_that_a_generation_writes(
    laptop: Laptop,
) -> None:
    checkout = await documented(laptop, "twice", web=False)
    sources = Sources(Mirrors(laptop.data), MemoryFactCache(), Limits())
    snapshot = await Snapshot.open(checkout, "HEAD")
    origin = Origin(commit=git(checkout, "rev-parse", "HEAD~1"), base="./../../")
    source = (await sources.read(snapshot, "twice", origin)).sources[0]
    now = Now(source.facts, origin, await source.all_texts(), local_recipe())
    specs = plan_narrative(now.facts).pages

    made = (*map(now.compose, specs), *render_reference(now.facts, origin))

    assert lay_out(project_title(now.facts), made).files == contents(checkout / DOCS)


async def test_comments_layout_and_moves_write_no_file(laptop: Laptop) -> None:
    checkout = await documented(laptop, "quiet")
    before = contents(checkout / DOCS)
    moved = CART.replace("    def total", "    # Slowly.\n\n    def total")
    commit(checkout, {"shop/cart.py": f'"""The shopping cart."""\n\n\n\n{moved[24:]}'})

    made = await laptop.update(Request(target=str(checkout)))

    assert made.settled
    assert contents(checkout / DOCS) == before


async def test_links_of_a_checkout_without_an_address_follow_the_lines(laptop: Laptop) -> None:
    checkout = await documented(laptop, "offline", web=False)
    commit(checkout, {"shop/cart.py": f"# One.\n# Two.\n{CART}"})

    await laptop.update(Request(target=str(checkout)))

    assert dead_links(checkout / DOCS) == []
    lines = (checkout / "shop/cart.py").read_text().splitlines()
    found = re.findall(r"shop/cart\.py#L(\d+)", "".join(pages(checkout / DOCS).values()))
    assert any(lines[int(each) - 1].startswith("class Cart") for each in found)


async def test_pages_join_and_retire_and_the_others_stay_where_they_are(laptop: Laptop) -> None:
    checkout = await documented(laptop, "growing")
    before = set(pages(checkout / DOCS))
    many = {f"till/part{number}.py": TILL for number in range(4)}
    commit(checkout, {**many, "shop/discounts.py": DISCOUNTS})

    await laptop.update(Request(target=str(checkout)))

    grown = pages(checkout / DOCS)
    assert before <= set(grown)
    assert "reference/till.md" in grown
    keep(checkout)
    git(checkout, "rm", "-r", "--quiet", "till")
    git(checkout, "commit", "--quiet", "-m", "Take cash no more")

    await laptop.update(Request(target=str(checkout)))

    assert set(pages(checkout / DOCS)) == before
    assert "till" not in "".join(pages(checkout / DOCS).values())


async def test_a_shallow_clone_with_an_empty_data_directory_is_updated(
    laptop: Laptop, folder: Path
) -> None:
    checkout = await documented(laptop, "deep")
    commit(checkout, {"shop/cart.py": FEE})
    clone = folder / "clone"
    git(folder, "clone", "--quiet", "--depth=1", f"file://{checkout}", str(clone))
    git(clone, "remote", "set-url", "origin", "git@git.example.org:octo/shop.git")
    other = Laptop(folder / "other")
    other.folder.mkdir()

    made = other.run("update", "--json", cwd=clone)

    assert made.status == 0, made.errors
    told = json.loads(made.output)
    assert any(each["rewritten"] for each in told["updates"])
    await laptop.generate(Request(target=str(checkout), output=folder / "new"))
    assert reference(clone / DOCS) == reference(folder / "new")
    assert "fee" in pages(clone / DOCS)["reference/shop.md"]


async def test_damaged_records_cost_the_page_and_nothing_else(laptop: Laptop) -> None:
    checkout = await documented(laptop, "damaged")
    before = pages(checkout / DOCS)
    (checkout / DOCS / ".autodoc" / "home.json").write_text("{")
    (checkout / DOCS / ".autodoc" / "architecture.json").unlink()
    commit(checkout, {"shop/cart.py": FEE})

    made = await laptop.update(Request(target=str(checkout)))

    assert made.outcome is not None
    assert made.outcome.withheld == ()
    assert set(pages(checkout / DOCS)) == set(before)
    records = [checkout / DOCS / ".autodoc" / f"{each}.json" for each in ("home", "architecture")]
    assert all(read_record(each.read_bytes()) for each in records)


async def test_a_damaged_record_is_named_where_its_page_cannot_be_written_anew(
    laptop: Laptop,
) -> None:
    checkout = await documented(laptop, "stuck")
    page, record = "architecture.md", f"{DOCS}/.autodoc/architecture.json"
    (checkout / record).write_text("{")
    theirs = (checkout / DOCS / page).read_text().replace("## ", "A person's words.\n\n## ", 1)
    (checkout / DOCS / page).write_text(theirs)
    commit(checkout, {"shop/cart.py": FEE})

    made = await laptop.update(Request(target=str(checkout)))

    assert made.outcome is not None
    [told] = [each for each in made.outcome.warnings if "is damaged" in each]
    assert f"`git checkout COMMIT -- {record}`" in told
    assert (checkout / DOCS / page).read_text() == theirs
    assert page not in {each.page for each in made.updates if each.rewritten}


async def test_a_rewritten_history_is_no_reason_to_write_everything(laptop: Laptop) -> None:
    checkout = await documented(laptop, "forced")
    git(checkout, "checkout", "--quiet", "--orphan", "other")
    commit(checkout, {"shop/cart.py": FEE})
    git(checkout, "branch", "-D", "main")
    git(checkout, "branch", "-m", "main")
    git(checkout, "reflog", "expire", "--expire=now", "--all")
    git(checkout, "gc", "--quiet", "--prune=now")

    made = await laptop.update(Request(target=str(checkout)))

    rewritten = {each.page for each in made.updates if each.rewritten}
    assert rewritten
    assert "index.md" not in rewritten


async def test_a_dry_run_says_what_it_would_write_and_writes_nothing(laptop: Laptop) -> None:
    checkout = await documented(laptop, "careful")
    commit(checkout, {"shop/cart.py": FEE})
    before = contents(checkout / DOCS)

    made = laptop.run("update", "--dry-run", cwd=checkout)

    assert made.status == 0, made.errors
    assert re.search(r"^subsystems/.*reworded; would write “", made.output, re.MULTILINE)
    assert contents(checkout / DOCS) == before


async def test_without_pages_there_is_nothing_to_update(laptop: Laptop) -> None:
    checkout = laptop.make_repository("bare")
    with pytest.raises(InputError, match="run `autodoc generate` first"):
        await laptop.update(Request(target=str(checkout)))
    assert laptop.run("update", checkout).status == 2


async def test_a_run_names_only_the_sections_that_it_changed(laptop: Laptop) -> None:
    checkout = await documented(laptop, "honest")
    page = checkout / DOCS / "reference/shop.md"
    page.write_text(page.read_text().replace("## Cart", "## A person's heading"))
    git(checkout, "commit", "--quiet", "-am", "Put it another way")
    before = pages(checkout / DOCS)
    commit(checkout, {"shop/cart.py": FEE})

    foreseen = await laptop.update(Request(target=str(checkout), dry_run=True))
    made = await laptop.update(Request(target=str(checkout)))

    after = pages(checkout / DOCS)
    for each in made.updates:
        old, new = sections(before.get(each.page, "")), sections(after[each.page])
        written = set(each.rewritten) & new.keys()
        assert all(essence(old.get(head, "")) != essence(new[head]) for head in written)
    assert foreseen.updates == made.updates


def test_a_bare_repository_has_no_pages_to_update(laptop: Laptop) -> None:
    checkout = laptop.make_repository("there")
    git(checkout, "clone", "--quiet", "--bare", ".", str(laptop.folder / "shop.git"))
    made = laptop.run("update", laptop.folder / "shop.git")
    assert made.status == 2
    assert "is a bare repository: update needs a checkout" in made.sentence
