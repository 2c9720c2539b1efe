"""The shop one commit later, a page that was published before, and what is stale on it."""

from collections.abc import Mapping

from app.domain.code.change import Changes, FileNow
from app.domain.code.digest import DIGEST_RECIPE
from app.domain.code.evidence import evidence_of
from app.domain.code.facts import FileFacts, RepositoryFacts
from app.domain.code.symbol import Symbol
from app.domain.wiki.impact import PageImpact
from app.domain.wiki.judging import judge_page
from app.domain.wiki.page import Draft, Page, RenderedPage, Section
from app.domain.wiki.record import Note, PageRecord
from app.domain.wiki.render import Origin, render_page
from app.domain.wiki.revision import Revision, plan_revision
from tests.fakes.shop import CART, CART_SPEC, CLASS, FACTS, REPOSITORY, SOURCES, TOTAL

MODEL = "openai/gpt-4o-mini"
BEFORE = Origin(commit="a" * 40, base=f"https://x.test/shop/blob/{'a' * 40}/")
NOW = Origin(commit="b" * 40, base=f"https://x.test/shop/blob/{'b' * 40}/")
TAXED = CART.replace("return sum(", "return TAX + sum(")
EVIDENCE = (
    evidence_of(1, "shop/cart.py", CLASS, DIGEST_RECIPE),
    evidence_of(2, "shop/cart.py", TOTAL, DIGEST_RECIPE),
)
SECTIONS = (
    Section(heading="What it holds", text="`Cart` holds what a customer wants [E1]."),
    Section(heading="Adding up", text="`Cart.total` adds the prices up, and nothing else [E2]."),
    Section(heading="Where it is", text="All of it is in `shop/cart.py` [E1]."),
)


def published(*sections: Section, writer: str = MODEL) -> tuple[RenderedPage, PageRecord]:
    """Render the page about the cart, and its record."""
    draft = Draft(summary="What the cart is [E1].", sections=sections or SECTIONS)
    page = Page(spec=CART_SPEC, draft=draft, evidence=EVIDENCE, writer=writer)
    rendered = render_page(page, BEFORE, SOURCES, "r1")
    record = PageRecord(
        spec=CART_SPEC,
        digest="d",
        sections=rendered.sections,
        writer=writer,
        stand_in=rendered.stand_in,
    )
    return rendered, record


def changed(path: str = "shop/cart.py", **symbols: Mapping[str, object] | None) -> RepositoryFacts:
    """Change symbols of a file, or take them away; a dot in a name is written as two low lines."""
    changes = {name.replace("__", "."): change for name, change in symbols.items()}

    def now(each: Symbol) -> Symbol:
        return each.model_copy(update=dict(changes.get(each.name) or {}))

    kept = [each for each in FACTS[path].symbols if changes.get(each.name, {}) is not None]
    file = FACTS[path].model_copy(update={"symbols": tuple(map(now, kept))})
    files: dict[str, FileFacts] = {**FACTS, path: file}
    return REPOSITORY.model_copy(update={"commit": NOW.commit, "files": files})


def judged(
    record: PageRecord, text: str, facts: RepositoryFacts, source: str = TAXED
) -> PageImpact:
    """Say what the change of the cart makes of a page."""
    path = "shop/cart.py"
    symbols = {each.name: each for each in facts.files[path].symbols}
    now = FileNow(path=path, symbols=symbols, text=source)
    changes = Changes(base=BEFORE.commit, head=NOW.commit, files={path: now})
    return judge_page(record, text, changes, {})


def ordered(facts: RepositoryFacts, *notes: Note, source: str = TAXED) -> Revision:
    """Plan what has to be written of the page."""
    page, record = published()
    record = record.model_copy(update={"notes": notes})
    impact = judged(record, page.markdown, facts, source)
    return plan_revision([impact], {"cart": record}, {"cart": page.markdown}, title="Shop")


TAX_ADDED = {"code_digest": "c2 with tax"}
