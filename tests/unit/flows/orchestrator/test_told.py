from app.domain.wiki.page import (
    Draft,
    Page,
    PageKind,
    PageSpec,
    RenderedPage,
    ScopeResult,
    WikiStructure,
)
from flows.orchestrator.revising import Revised
from flows.orchestrator.site import Site
from flows.orchestrator.told import revised_pages, withheld_pages


def spec(name: str) -> PageSpec:
    return PageSpec(id=name, path=f"{name}.md", title=name.title(), kind=PageKind.NARRATIVE)


def rendered(*names: str) -> tuple[RenderedPage, ...]:
    return tuple(RenderedPage(spec=spec(each), markdown="") for each in names)


def written(*names: str) -> ScopeResult:
    drafts = Draft(summary="", sections=())
    pages = (Page(spec=spec(each), draft=drafts, evidence=(), writer="gpt") for each in names)
    structure = WikiStructure(title="Shop", pages=())
    return ScopeResult(scope="ledger", structure=structure, pages=tuple(pages))


def test_a_page_that_did_not_pass_the_checks_is_told_of_with_the_reason() -> None:
    withheld = ("away.md:3: `totalise` is in no file", "home.md:1: a list was mended")
    site = Site(title="Shop", pages=rendered("home"), files={}, withheld=withheld)
    [told] = withheld_pages(written("home", "away"), site)
    assert told.page is not None
    assert (told.page.path, told.page.writer) == ("ledger/away.md", "")
    assert told.page.note == "away.md:3: `totalise` is in no file"


def test_what_an_update_composed_is_told_of_once_and_what_stayed_is_not() -> None:
    site = Site(title="Shop", pages=rendered("home", "cart", "stays", "new"), files={})
    revised = Revised(
        site=site,
        rebuilt={"home.md": ("Parts",), "cart.md": ("Adding", "Paying")},
        added=("new.md",),
        retired=("gone.md",),
    )
    told = [each.page for each in revised_pages(revised, written("home"), "ledger") if each.page]
    assert [(each.path, each.writer, each.note) for each in told] == [
        ("ledger/cart.md", "local", "sections: Adding, Paying"),
        ("ledger/new.md", "local", "new"),
        ("ledger/gone.md", "", "retired: what it was about is gone"),
    ]
