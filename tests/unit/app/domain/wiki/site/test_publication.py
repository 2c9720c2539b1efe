import json

from app.domain.wiki.configuration.config import Publish
from app.domain.wiki.markdown import read_outline
from app.domain.wiki.navigation import connect, resolve
from app.domain.wiki.page import PageKind, PageSpec, RenderedPage
from app.domain.wiki.render import section_digest
from app.domain.wiki.site.publication import build_site, finish, select
from tests.unit.app.domain.wiki.pages import all_pages

PAGES = all_pages()
SITE = {path: content.decode() for path, content in build_site("shop", PAGES).items()}


def page(name: str, markdown: str, kind: PageKind = PageKind.NARRATIVE) -> RenderedPage:
    spec = PageSpec(id=name, path=f"{name}.md", title=name, kind=kind)
    return RenderedPage(spec=spec, markdown=markdown)


def test_the_folder_holds_pages_their_records_and_the_index_for_models() -> None:
    assert {"index.md", "architecture.md", "llms.txt", "reference/shop/db.md"} <= set(SITE)
    assert ".autodoc/subsystem-shop.json" in SITE
    assert list(SITE) == sorted(SITE)


def test_the_same_pages_give_the_same_bytes() -> None:
    assert build_site("shop", all_pages()) == build_site("shop", PAGES)


def test_the_home_page_lists_the_others_by_section() -> None:
    assert "## Pages\n\n**Guide**\n\n- [Architecture](architecture.md): " in SITE["index.md"]
    assert "- [Module map](reference/module-map.md): " in SITE["index.md"]


def test_every_page_leads_up_back_and_on() -> None:
    assert SITE["subsystems/shop.md"].startswith("[shop](../index.md) / Subsystems / shop/\n\n# ")
    assert SITE["reference/shop/db.md"].startswith(
        "[shop](../../index.md) / [Module map](../module-map.md) / shop/db\n\n# "
    )
    assert (
        "Previous: [Architecture](../architecture.md) · Next: [Module map]"
        in (SITE["subsystems/shop.md"])
    )


def test_names_with_a_page_of_their_own_become_links_once() -> None:
    assert "[`shop/`](subsystems/shop.md)" in SITE["architecture.md"]
    assert "see [`Store`](shop/db.md#store) and" in SITE["reference/shop.md"]


def test_all_links_between_pages_arrive() -> None:
    for path, text in SITE.items():
        for link in read_outline(text).links if path.endswith(".md") else ():
            if not link.target.startswith("https:"):
                assert resolve(path, link.target) in SITE


def test_a_record_fingerprints_the_sections_as_they_stand_on_the_page() -> None:
    record = json.loads(SITE[".autodoc/subsystem-shop.json"])
    text = SITE["subsystems/shop.md"]
    modules = next(each for each in record["sections"] if each["anchor"] == "modules")
    body = text.split("## Modules\n")[1].split("\n## ")[0]

    assert modules["digest"] == section_digest(body)
    assert record["id"] == "subsystem-shop"


def test_navigation_does_not_change_the_digest_of_a_section() -> None:
    alone = {s.anchor: s.digest for s in finish("shop", PAGES[:1])[0].sections}
    among = {s.anchor: s.digest for s in finish("shop", [PAGES[0], PAGES[3]])[0].sections}

    assert alone == among


def test_the_index_for_models_has_the_form_of_llmstxt() -> None:
    lines = SITE["llms.txt"].splitlines()

    assert lines[0] == "# shop"
    assert lines[2].startswith("> Shop is a small library that adds up carts")
    assert "## Guide" in lines
    assert any(line.startswith("- [Architecture](architecture.md): ") for line in lines)


def test_publish_decides_which_pages_are_committed() -> None:
    assert [each.spec.id for each in select(PAGES, Publish.README)] == ["home"]
    assert {each.spec.kind for each in select(PAGES, Publish.NARRATIVE)} == {
        PageKind.HOME,
        PageKind.NARRATIVE,
    }
    assert len(select(PAGES, Publish.ALL)) == len(PAGES)


def test_links_to_pages_that_are_not_committed_become_words() -> None:
    pages = [
        page("home", "[`x`](ref.md#a) [b](a.md) [c](https://x.example/ref.md)\n", PageKind.HOME),
        page("a", "```\n[x](ref.md)\n```\n"),
        page("ref", "r\n", PageKind.REFERENCE),
    ]
    chosen = select(pages, Publish.NARRATIVE)

    assert chosen[0].markdown == "`x` [b](a.md) [c](https://x.example/ref.md)\n"
    assert chosen[1].markdown == "```\n[x](ref.md)\n```\n"


def test_a_name_that_the_page_tells_as_a_parameter_leads_to_no_other_page() -> None:
    told = "# x\n\n| Parameter | Type |\n| --- | --- |\n| `Cart` | `Cart` |\n\n**Raises** `Cart`\n"
    mixed = [*PAGES, page("other", told)]

    text = next(each.markdown for each in connect("shop", mixed) if each.spec.id == "other")

    assert told.rstrip() in text


def test_names_inside_a_span_of_several_backticks_are_left_alone() -> None:
    holding = "# x\n\n``a `Cart` b`` and `Cart`\n"
    mixed = [*PAGES, page("other", holding)]

    text = next(each.markdown for each in connect("shop", mixed) if each.spec.id == "other")

    assert "``a `Cart` b`` and [`Cart`](" in text
