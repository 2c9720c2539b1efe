import yaml

from app.domain.wiki.configuration.config import SiteKind
from app.domain.wiki.page import PageKind, PageSpec, RenderedPage
from app.domain.wiki.site.publication import build_site, place
from tests.unit.app.domain.wiki.pages import all_pages

SITE = {
    path: content.decode()
    for path, content in build_site("shop", all_pages(), SiteKind.DOCUSAURUS).items()
}


def page(path: str, text: str = "# x\n", kind: PageKind = PageKind.REFERENCE) -> RenderedPage:
    spec = PageSpec(id=path.replace("/", "-"), path=path, title=path, kind=kind)
    return RenderedPage(spec=spec, markdown=text)


def test_pages_begin_with_front_matter_and_then_their_title() -> None:
    above, below = SITE["architecture.md"].removeprefix("---\n").split("---\n\n", 1)

    assert yaml.safe_load(above) == {
        "title": "Architecture",
        "description": "The parts of the code and which of them import which.",
        "sidebar_label": "Architecture",
        "sidebar_position": 2,
        "custom_edit_url": None,
        "mdx": {"format": "md"},
    }
    assert below.startswith("# Architecture\n")
    assert "Previous:" not in below


def test_folders_have_names_and_places_in_the_sidebar() -> None:
    label = yaml.safe_load(SITE["reference/_category_.yml"])

    assert label["label"] == "Reference"
    assert yaml.safe_load(SITE["_category_.yml"]) == {"label": "shop"}
    assert label["position"] > yaml.safe_load(SITE["subsystems/_category_.yml"])["position"]


def test_no_page_has_a_name_that_docusaurus_hides_and_links_follow() -> None:
    pages = [
        page("index.md", "[a](r/_a.md#x) [b](r/a.md) [c](r/__init__.md)\n", PageKind.HOME),
        page("r/_a.md", "[home](../index.md) [d](_x/01-d.md)\n"),
        page("r/a.md"),
        page("r/__init__.md", "[x](https://x.example/_a.md) `[y](_a.md)`\n"),
        page("r/_x/01-d.md"),
    ]
    placed = place(pages, SiteKind.DOCUSAURUS)

    assert [each.spec.path for each in placed] == [
        "index.md", "r/a-2.md", "r/a.md", "r/init__.md", "r/x/n01-d.md",
    ]  # fmt: skip
    assert placed[0].markdown == "[a](r/a-2.md#x) [b](r/a.md) [c](r/init__.md)\n"
    assert placed[1].markdown == "[home](../index.md) [d](x/n01-d.md)\n"
    assert place(placed, SiteKind.DOCUSAURUS) == placed
