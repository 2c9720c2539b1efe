"""The shop's pages, made the way a run makes them."""

from app.domain.code.facts import RepositoryFacts
from app.domain.wiki.narrative.brief import brief
from app.domain.wiki.narrative.local import compose
from app.domain.wiki.narrative.plan import plan_narrative
from app.domain.wiki.page import Page, RenderedPage
from app.domain.wiki.reference.pages import plan_reference, write_reference
from app.domain.wiki.render import Origin, render_page
from tests.fakes.facts import COMMIT, TEXTS, shop

ORIGIN = Origin(commit=COMMIT, base=f"https://github.com/acme/shop/blob/{COMMIT}/")
RELATIVE = Origin(commit="HEAD+dirty", base="./../../")


def narrative(facts: RepositoryFacts, origin: Origin = ORIGIN) -> list[RenderedPage]:
    """Write home, architecture and the subsystems' pages."""
    pages = []
    for spec in plan_narrative(facts).pages:
        told = brief(spec, facts)
        page = Page(spec=spec, draft=compose(told), evidence=told.evidence, writer="local")
        pages.append(render_page(page, origin, TEXTS, "recipe-1"))
    return pages


def all_pages(origin: Origin = ORIGIN) -> list[RenderedPage]:
    """Write every page of the shop."""
    facts = shop()
    reference = [write_reference(spec, facts, origin) for spec in plan_reference(facts)]
    return narrative(facts, origin) + reference
