"""False statements planted into the shop's pages are found, and true pages have no finding."""

from app.domain.wiki.site.publication import build_site
from benchmarks.planted.__main__ import choose, judge
from benchmarks.planted.plant import plants, read_world
from benchmarks.second_check.markdown import slug
from tests.fakes.facts import TEXTS, shop
from tests.unit.app.domain.wiki.pages import ORIGIN, all_pages

SEED = 7
LEAST = 0.9
FEWEST = 30


def test_a_sample_of_planted_statements_is_found() -> None:
    site = build_site("shop", all_pages(ORIGIN))
    files = {path: text.decode() for path, text in site.items()}
    pages = {path: text for path, text in files.items() if path.endswith(".md")}
    chosen = choose(plants(read_world(TEXTS, pages, slug), SEED), 4, SEED)

    found, missed = judge(chosen, files, shop(), ORIGIN, TEXTS)

    assert len(chosen) >= FEWEST
    assert len(found) / len(chosen) >= LEAST, missed


def test_plants_are_the_same_for_a_seed() -> None:
    pages = {
        "a.md": "# A\n\n| Name | Where |\n| --- | --- |\n| `Cart` | [b](b.md) |\n",
        "b.md": "# B\n",
    }
    world = read_world(TEXTS, pages, slug)

    assert list(plants(world, SEED)) == list(plants(world, SEED))
