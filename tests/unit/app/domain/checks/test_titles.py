from app.domain.checks.site import Site
from app.domain.checks.titles import check_titles
from tests.fakes.facts import COMMIT, shop
from tests.unit.app.domain.wiki.pages import ORIGIN

STAMP = f"\n\n<!-- autodoc page=x commit={COMMIT} recipe=r -->\n"


def messages(link: str) -> list[str]:
    """Judge a page with one link among pages that have something to do with `shop/db/`."""
    files = {
        "index.md": f"# shop\n\n{link}{STAMP}",
        "map.md": f"# Module map: shop/db/{STAMP}",
        "subsystem.md": f"# shop/db/{STAMP}",
        "other.md": f"# Tests{STAMP}",
    }
    return [each.message for each in check_titles(Site(files, shop(), ORIGIN, {}))]


def test_a_link_leads_to_a_page_that_bears_its_name() -> None:
    assert messages("[`shop/db/`](subsystem.md) and [`shop/db/`](map.md)") == []


def test_a_link_that_names_another_page_is_found() -> None:
    assert messages("[`shop/db/`](other.md)") == [
        "the link says `shop/db/` and leads to `other.md`"
    ]
