"""False statements planted into the shop's pages are found, and true pages have no finding."""

import pytest

from app.domain.checks.finding import Finding, Severity
from app.domain.wiki.site.publication import build_site
from benchmarks.planted.__main__ import choose, judge, tells_of
from benchmarks.planted.plant import Plant, plants
from benchmarks.planted.world import read_world
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


@pytest.mark.parametrize(
    ("kind", "rule", "line", "severity", "is_found"),
    [
        ("path", "path", 9, Severity.ERROR, True),
        ("path", "path", 8, Severity.ERROR, False),
        ("path", "link", 9, Severity.WARNING, False),
        ("diagram edge", "diagram", 3, Severity.ERROR, True),
        ("diagram edge", "link", 3, Severity.ERROR, False),
    ],
)
def test_only_an_error_in_what_was_planted_counts(
    kind: str, rule: str, line: int, severity: Severity, *, is_found: bool
) -> None:
    plant = Plant(kind=kind, near=True, page="a.md", line=9, before="x", after="y")
    finding = Finding(rule=rule, page="a.md", line=line, message="words", severity=severity)

    assert tells_of(finding, plant) is is_found


def test_plants_are_the_same_for_a_seed() -> None:
    pages = {
        "a.md": "# A\n\n| Name | Where |\n| --- | --- |\n| `Cart` | [b](b.md) |\n",
        "b.md": "# B\n",
    }
    world = read_world(TEXTS, pages, slug)

    assert list(plants(world, SEED)) == list(plants(world, SEED))
