from app.domain.wiki.page import PageKind, PageSpec, RenderedPage
from app.domain.wiki.site import llms
from app.domain.wiki.site.ownership import Holder, Ownership
from app.domain.wiki.site.publication import build_site
from tests.unit.app.domain.wiki.pages import all_pages

PAGES = all_pages()
SITE = build_site("shop", PAGES)


def test_the_full_text_holds_every_page_without_what_leads_from_one_to_the_next() -> None:
    text = SITE["llms-full.txt"].decode()

    assert text.startswith("# shop\n\n> Shop is a small library")
    for page in PAGES:
        assert page.markdown.split("\n")[0] in text
    assert "autodoc page=" not in text
    assert "Previous:" not in text


def test_links_of_the_full_text_begin_at_the_folder_of_all_pages() -> None:
    spec = PageSpec(id="b", path="a/b.md", title="b", kind=PageKind.REFERENCE)
    text = "# b\n\n[c](c.md#x) [d](#y) [e](../../src/e.py#L1) [f](https://x.example/a)\n"
    full = llms.full_text("x", [RenderedPage(spec=spec, markdown=text)])

    assert "[c](a/c.md#x) [d](a/b.md#y) [e](../src/e.py#L1) [f](https://x.example/a)" in full


def test_the_full_text_has_a_cap_and_names_what_it_leaves_out() -> None:
    full = llms.full_text("shop", PAGES, most=4_000)

    assert len(full) < 6_000
    assert "This file holds at most 4,000 characters. It leaves out:" in full
    assert "- [shop/db](reference/shop/db.md)" in full


def test_a_file_that_a_person_changed_is_theirs() -> None:
    for name in ("llms.txt", "llms-full.txt"):
        data = SITE[name]
        cases = {data: Holder.AUTODOC, data.replace(b"\n", b"\r\n"): Holder.AUTODOC}
        cases |= {data.replace(b"Shop", b"Ship"): Holder.EDITED, b"# shop\n": Holder.PERSON}
        for content, holder in cases.items():
            assert Ownership({name: content}).holder(name) is holder


def test_what_is_optional_comes_last() -> None:
    text = SITE["llms.txt"].decode()

    assert text.index("## Optional") > text.index("## Reference")
