import re

import markdown as python_markdown  # type: ignore[import-untyped]  # it has no types
import pytest
import yaml

from app.domain.wiki.configuration.config import SiteKind
from app.domain.wiki.front_matter import blank_front_matter
from app.domain.wiki.markdown import read_headings, read_outline
from app.domain.wiki.navigation import resolve
from app.domain.wiki.page import PageKind, PageSpec, RenderedPage
from app.domain.wiki.site.mkdocs import for_python_markdown, python_markdown_anchors
from app.domain.wiki.site.publication import build_site
from app.domain.wiki.words.prose import escape, quote
from tests.unit.app.domain.wiki.pages import RELATIVE, all_pages

EXTENSIONS = ["toc", "tables", "fenced_code"]
SITE = {
    path: content.decode()
    for path, content in build_site("shop", all_pages(), SiteKind.MKDOCS).items()
}
HOSTILE = (
    "a <script>alert(1)</script> <img src=x onerror=y> </div> <!-- --> &lt;b&gt; ~x~ $y$ A & B"
)


def shown(text: str) -> str:
    """Return what MkDocs makes of a text by itself."""
    return str(python_markdown.markdown(text, extensions=EXTENSIONS))


def test_what_the_repository_says_never_becomes_html() -> None:
    html = shown(for_python_markdown(f"{escape(HOSTILE)}\n\n{quote(HOSTILE)}\n"))

    assert set(re.findall(r"</?(\w+)", html)) <= {"p", "code", "em"}
    assert "&#60;script" in html
    assert "\\" not in html


def test_code_keeps_its_characters() -> None:
    page = "`a\\<b` \\<c ``d\\<`e``\n\n```c\nx \\< y\n- a\n  - b\n```\n"

    assert for_python_markdown(page) == page.replace("\\<c", "&#60;c")


def test_lists_in_lists_stay_so_for_both_readers() -> None:
    page = "- a\n  - b\n    - c\n- d\n\n  e\n\n  ```py\n  f\n  ```\n\n1. g\n   - h\n\ni\n"
    moved = for_python_markdown(page)

    assert moved.startswith(
        "- a\n    - b\n        - c\n- d\n\n    e\n\n    ```py\n    f\n    ```\n"
    )
    assert shown(moved).count("<ul>") == 4
    assert [fence.text for fence in read_outline(moved).fences] == ["f\n"]


def test_anchors_are_those_of_python_markdown() -> None:
    heads = ["A - b & `c_d(e)`", "Größe", "x", "x", "x_1", "漢", "Cart.\\_\\_init\\_\\_"]
    text = "".join(f"## {head}\n\n" for head in heads)
    ids = re.findall(r'id="([^"]*)"', shown(text))

    assert list(python_markdown_anchors(read_headings(text))) == ids


def test_links_lead_to_the_anchors_that_mkdocs_makes() -> None:
    def page(name: str, text: str, kind: PageKind = PageKind.NARRATIVE) -> RenderedPage:
        spec = PageSpec(id=name, path=f"{name}.md", title=name, kind=kind)
        return RenderedPage(spec=spec, markdown=text)

    files = build_site(
        "x",
        [page("index", "# x\n\n[a](a.md#a--b) [b](a.md#c-1)\n", PageKind.HOME),
         page("a", "# a\n\n## a & b\n\n## c\n\n## c\n\n[c](#c-1)\n")],
        SiteKind.MKDOCS,
    )  # fmt: skip

    assert b"[a](a.md#a-b) [b](a.md#c_1)" in files["index.md"]
    assert b"[c](#c_1)" in files["a.md"]


def test_every_page_has_a_title_and_a_place_in_the_navigation() -> None:
    config = yaml.safe_load(SITE[".autodoc/mkdocs.yml"])
    listed = {
        path for entry in config["nav"] for group in entry.values() if isinstance(group, list)
        for page in group for path in page.values()
    }  # fmt: skip
    pages = {path for path in SITE if path.endswith(".md")}

    assert listed == pages
    assert config["docs_dir"] == ".."
    for path in pages:
        above = yaml.safe_load(SITE[path].split("---\n")[1])
        assert above["title"]
        assert blank_front_matter(SITE[path]).strip().startswith("# ")


def test_links_to_files_are_only_mentioned_where_they_cannot_be_permalinks() -> None:
    relative = build_site("shop", all_pages(RELATIVE), SiteKind.MKDOCS)[".autodoc/mkdocs.yml"]

    assert yaml.safe_load(relative)["validation"]["not_found"] == "info"
    assert "not_found" not in SITE[".autodoc/mkdocs.yml"]


@pytest.mark.parametrize("path", sorted(path for path in SITE if path.endswith(".md")))
def test_all_links_between_pages_arrive(path: str) -> None:
    for link in read_outline(blank_front_matter(SITE[path])).links:
        if not link.target.startswith("https:"):
            assert resolve(path, link.target) in SITE
