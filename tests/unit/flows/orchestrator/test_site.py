from app.domain.wiki.configuration.config import SiteKind
from app.domain.wiki.narrative.brief import brief
from app.domain.wiki.narrative.local import compose
from app.domain.wiki.narrative.plan import plan_narrative
from app.domain.wiki.page import Page, PageKind, ScopeResult, Section
from app.domain.wiki.render import Origin
from app.domain.wiki.site.guide_block import Block
from flows.orchestrator.site import (
    Site,
    hold_back,
    keep_true,
    render,
    render_reference,
    without_faulty_blocks,
    without_faulty_lists,
)
from tests.fakes.facts import COMMIT, TEXTS, shop

FACTS = shop()
ORIGIN = Origin(commit=COMMIT, base=f"https://example.org/o/shop/blob/{COMMIT}/")


def written() -> tuple[Page, ...]:
    """Let the local writer write every narrative page of the shop."""
    specs = plan_narrative(FACTS).pages
    briefings = [brief(spec, FACTS) for spec in specs if spec.kind is not PageKind.REFERENCE]
    return tuple(
        Page(spec=each.spec, draft=compose(each), evidence=each.evidence, writer="local")
        for each in briefings
    )


def site_of(pages: tuple[Page, ...]) -> Site:
    structure = plan_narrative(FACTS)
    result = ScopeResult(scope="", structure=structure, pages=pages, recipe="r")
    return hold_back(render(result, FACTS, ORIGIN, TEXTS), FACTS, ORIGIN, TEXTS)


def with_sentence(page: Page, sentence: str) -> Page:
    section = Section(heading="Claims", text=sentence)
    draft = page.draft.model_copy(update={"sections": (*page.draft.sections, section)})
    return page.model_copy(update={"draft": draft})


def test_pages_of_the_local_writer_all_pass() -> None:
    site = site_of(written())
    assert site.withheld == ()
    assert {"index.md", "architecture.md", "llms.txt"} <= site.files.keys()


def test_the_same_facts_give_the_same_bytes() -> None:
    assert site_of(written()).files == site_of(written()).files


def test_page_with_an_invented_symbol_is_withheld_and_nothing_links_to_it() -> None:
    pages = written()
    lying = tuple(
        with_sentence(page, "The `Cart.teleport()` method beams goods.")
        if page.spec.path == "architecture.md"
        else page
        for page in pages
    )
    site = site_of(lying)
    markdown = b"".join(data for path, data in site.files.items() if path.endswith(".md"))
    assert "architecture.md" not in site.files
    assert any(
        line.startswith("architecture.md") and "Cart.teleport" in line for line in site.withheld
    )
    assert b"(architecture.md)" not in markdown
    assert b"teleport" not in markdown


def test_page_with_an_invented_path_is_withheld() -> None:
    pages = written()
    lying = (with_sentence(pages[0], "Everything happens in `shop/teleport.py`."), *pages[1:])
    site = site_of(lying)
    assert pages[0].spec.path not in site.files
    assert any("shop/teleport.py" in line for line in site.withheld)


def test_pages_that_link_to_one_held_back_keep_its_name_as_words() -> None:
    pages = tuple(
        page.model_copy(
            update={"markdown": page.markdown.replace("\n\n", "\n\n[x](gone.md)\n\n", 1)}
        )
        if page.spec.path == "reference/shop/db.md"
        else page
        for page in render_reference(FACTS, ORIGIN)
    )

    for kind in SiteKind:
        site = keep_true("shop", pages, FACTS, ORIGIN, TEXTS, kind)

        assert [line.partition(":")[0] for line in site.withheld] == ["reference/shop/db.md"]
        assert b"`store.py`" in site.files["reference/module-map.md"]
        assert b"shop/db.md" not in site.files["reference/module-map.md"]


def test_a_page_whose_purpose_is_at_fault_is_withheld_and_no_other_file_repeats_it() -> None:
    key = "AKIA" + "Q3EGRT7ZPLMNB2KD"
    for purpose in (f"Runs with {key}", "Tells of `Cart.teleport`", "Calls beam_up()"):
        pages = tuple(
            page.model_copy(update={"spec": page.spec.model_copy(update={"purpose": purpose})})
            if page.spec.path == "architecture.md"
            else page
            for page in written()
        )
        site = site_of(pages)

        assert "index.md" in site.files
        assert "architecture.md" not in site.files
        assert not any(purpose.encode() in data for data in site.files.values())
        assert any(line.startswith("architecture.md") for line in site.withheld)


def test_lists_and_guides_with_a_secret_are_not_published() -> None:
    key = "AKIA" + "Q3EGRT7ZPLMNB2KD"
    for name in ("llms.txt", "llms-full.txt"):
        files, said = without_faulty_lists({name: key.encode(), "a.md": b"A"}, FACTS, ORIGIN)
        assert files == {"a.md": b"A"}
        assert [line.partition(":")[0] for line in said] == [name]

    blocks = {"README.md": Block(text=f"Run {key}."), "AGENTS.md": Block(text="- `make test`")}
    kept, said = without_faulty_blocks(blocks, FACTS, ORIGIN)
    assert kept.keys() == {"AGENTS.md"}
    assert said[0].startswith("README.md:3: the page shows")
