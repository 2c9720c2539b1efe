"""A site is checked anew unless everything that the check looks at is the same."""

from collections.abc import Sequence

import pytest

from app.domain.checks.finding import Finding, Severity
from app.domain.code.facts import RepositoryFacts
from app.domain.wiki.configuration.config import SiteKind
from app.domain.wiki.narrative.plan import plan_narrative
from app.domain.wiki.page import ScopeResult
from flows.orchestrator.checked import check_key, check_once
from flows.orchestrator.installed import code_digest
from flows.orchestrator.site import Site, render
from tests.fakes.facts import TEXTS, shop
from tests.unit.flows.orchestrator.test_site import FACTS, ORIGIN, site_of, with_sentence, written

FILES = {"index.md": b"# Shop\n", "cart.md": b"# Cart\n"}
RECALLED = Finding(
    rule="link", page="index.md", line=1, message="recalled", severity=Severity.WARNING
)
KEY = check_key(FILES, FACTS, ORIGIN, TEXTS)
FEWER = dict(list(FACTS.files.items())[1:])


def test_the_same_site_has_the_same_key() -> None:
    again = shop().model_copy(update={"paths": frozenset(sorted(FACTS.paths, reverse=True))})
    assert check_key(dict(reversed(FILES.items())), again, ORIGIN, dict(TEXTS)) == KEY
    assert code_digest() == code_digest()


@pytest.mark.parametrize(
    "facts",
    [
        FACTS.model_copy(update={"commit": "f" * 40}),
        FACTS.model_copy(update={"paths": FACTS.paths - {min(FACTS.paths)}}),
        FACTS.model_copy(update={"files": FEWER}),
        FACTS.model_copy(update={"edges": FACTS.edges[1:]}),
        FACTS.model_copy(update={"folder": "part"}),
    ],
)
def test_other_facts_have_another_key(facts: RepositoryFacts) -> None:
    assert check_key(FILES, facts, ORIGIN, TEXTS) != KEY


def test_other_pages_texts_or_links_have_another_key() -> None:
    changed = {**FILES, "cart.md": b"# Cart\n\nIt flies.\n"}
    moved = {"index.md": b"# Shop\n", "cart": b".md# Cart\n"}
    others = [
        check_key(changed, FACTS, ORIGIN, TEXTS),
        check_key(moved, FACTS, ORIGIN, TEXTS),
        check_key(FILES, FACTS, ORIGIN.model_copy(update={"commit": "e" * 40}), TEXTS),
        check_key(FILES, FACTS, ORIGIN.model_copy(update={"base": "./"}), TEXTS),
        check_key(FILES, FACTS, ORIGIN, {**TEXTS, min(TEXTS): "other"}),
        check_key(FILES, FACTS, ORIGIN, TEXTS, SiteKind.MKDOCS),
    ]
    assert len({KEY, *others}) == 1 + len(others)


def test_facts_that_json_cannot_hold_have_a_key_too() -> None:
    odd = FACTS.model_copy(update={"name": "half \ud800"})
    assert check_key(FILES, odd, ORIGIN, TEXTS) not in ("", KEY)


class Memory:
    """Keeps findings, and remembers a warning of its own, so that a recall can be told."""

    def __init__(self) -> None:
        self.known: dict[str, tuple[Finding, ...]] = {}

    async def find(self, key: str) -> tuple[Finding, ...] | None:
        return self.known.get(key)

    async def store(self, key: str, findings: Sequence[Finding]) -> None:
        self.known[key] = (*findings, RECALLED)


async def check(site: Site, checked: Memory, facts: RepositoryFacts = FACTS) -> Site:
    return await check_once(site, facts, ORIGIN, TEXTS, SiteKind.NONE, checked)


async def test_a_site_that_was_checked_is_recalled_and_every_other_one_is_checked() -> None:
    memory = Memory()
    site = site_of(written())

    first, again = await check(site, memory), await check(site_of(written()), memory)

    assert RECALLED not in first.findings
    assert again.findings == (*first.findings, RECALLED)
    assert again.files == first.files
    elsewhere = FACTS.model_copy(update={"commit": "f" * 40})
    assert RECALLED not in (await check(site, memory, elsewhere)).findings
    page = site.files["index.md"] + b"\nOne more line.\n"
    changed = site.model_copy(update={"files": {**site.files, "index.md": page}})
    assert RECALLED not in (await check(changed, memory)).findings


async def test_a_site_with_an_error_is_never_recalled() -> None:
    memory = Memory()
    lying = with_sentence(written()[0], "Everything happens in `shop/teleport.py`.")
    pages = (lying, *written()[1:])
    result = ScopeResult(scope="", structure=plan_narrative(FACTS), pages=pages, recipe="r")
    site = render(result, FACTS, ORIGIN, TEXTS)

    first, again = await check(site, memory), await check(site, memory)

    assert memory.known == {}
    assert first == again
    assert "index.md" not in first.files
