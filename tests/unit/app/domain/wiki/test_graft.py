import pytest

from app.domain.code.change import Changes, FileNow, Hunk
from app.domain.code.citation import CitedSymbol
from app.domain.wiki.configuration.config import SiteKind
from app.domain.wiki.graft import Graft, Parts, apart, graft, take_apart
from app.domain.wiki.page import PageKind, PageSpec, RenderedPage, RenderedSection
from app.domain.wiki.published import read_wiki
from app.domain.wiki.relinking import Relinking, Spot
from app.domain.wiki.render import Origin, provenance, stamp
from app.domain.wiki.site.mkdocs import for_python_markdown, from_python_markdown
from app.domain.wiki.site.publication import build_site
from tests.fakes.facts import COMMIT, shop
from tests.unit.app.domain.wiki.pages import ORIGIN, RELATIVE, all_pages

LATER = "beef" * 10
NEXT = Origin(commit=LATER, base=f"https://github.com/acme/shop/blob/{LATER}/")
NOTHING = Changes(base=COMMIT, head=COMMIT)
SPEC = PageSpec(id="carts", path="carts.md", title="Carts", kind=PageKind.NARRATIVE)
NAMES = ("Carts", "Adding up", "Taxes", "Paying")


def section(heading: str, *cited: CitedSymbol) -> RenderedSection:
    anchor = heading.lower().replace(" ", "-")
    return RenderedSection(anchor=anchor, heading=heading, digest="", cited=cited)


def rendered(bodies: dict[str, str], commit: str = COMMIT, writer: str = "some/model") -> Parts:
    """Write a page with a body under each heading, the title first."""
    title, *rest = bodies
    parts = [f"# {title}", bodies[title]]
    for each in rest:
        parts += [f"## {each}", bodies[each]]
    parts += ["---", provenance(commit, f"written by {writer}"), stamp("carts", commit, "r1")]
    page = RenderedPage(
        spec=SPEC,
        markdown="\n\n".join(parts) + "\n",
        sections=tuple(map(section, bodies)),
        writer=writer,
    )
    taken = apart(page)
    assert taken is not None
    return taken


def bodies(page: RenderedPage) -> dict[str, str]:
    taken = apart(page)
    assert taken is not None
    return {each.section.heading: each.body for each in taken.parts}


@pytest.mark.parametrize("kind", list(SiteKind))
@pytest.mark.parametrize("origin", [ORIGIN, RELATIVE])
def test_pages_in_which_nothing_is_new_become_the_very_same_files(
    kind: SiteKind, origin: Origin
) -> None:
    files = build_site("Shop", all_pages(origin), kind)
    wiki = read_wiki(files)
    reference = [each for each in all_pages(origin) if each.spec.kind is PageKind.REFERENCE]
    how = Graft(origin=origin, changes=NOTHING)
    pages = []
    for each in wiki.pages:
        if each.is_written:
            taken = take_apart(each.text, each.record)
            assert taken is not None
            pages.append(graft(taken, None, how))

    assert len(pages) == 3
    assert build_site("Shop", [*pages, *reference], kind) == files


def test_only_the_section_that_was_asked_for_comes_from_the_new_page() -> None:
    old = rendered(dict.fromkeys(NAMES, "Old."))
    new = rendered({"Carts": "New.", "Taxes": "New."}, LATER)

    page = graft(old, new, Graft(origin=NEXT, changes=NOTHING, anew=frozenset({"taxes"})))

    assert bodies(page) == {**dict.fromkeys(NAMES, "Old."), "Taxes": "New."}
    assert f"commit={LATER} recipe=r1" in page.markdown
    assert page.writer == "some/model"


def test_a_section_whose_subjects_are_gone_goes_and_one_that_could_not_be_mended_stays() -> None:
    old = rendered(dict.fromkeys(NAMES, "Old."))
    new = rendered({"Carts": "New."}).model_copy(update={"unmended": frozenset({"Paying"})})
    anew = frozenset({"taxes", "paying"})

    page = graft(old, new, Graft(origin=NEXT, changes=NOTHING, anew=anew))

    assert list(bodies(page)) == ["Carts", "Adding up", "Paying"]


def test_a_new_section_joins_behind_the_one_that_it_follows_and_moves_no_other() -> None:
    old = rendered(dict.fromkeys(("Carts", "Paying", "Adding up"), "Old."))
    new = rendered(dict.fromkeys(("Carts", "Adding up", "Refunds", "Paying", "Gifts"), "New."))

    page = graft(old, new, Graft(origin=NEXT, changes=NOTHING, joins=True))

    assert list(bodies(page)) == ["Carts", "Paying", "Gifts", "Adding up", "Refunds"]
    assert bodies(page)["Paying"] == "Old."


def test_links_of_a_kept_section_lead_to_the_same_lines_of_the_new_commit() -> None:
    base = ORIGIN.base
    text = (
        f"Sums ([cart.py:9]({base}shop/cart.py#L9-L11)), [cart.py]({base}shop/cart.py), "
        f"[store.py:1]({base}shop/db/store.py#L1) and [gone.py:3]({base}shop/gone.py#L3).\n\n"
        f"```md\n[cart.py:9]({base}shop/cart.py#L9)\n```"
    )
    changes = Changes(
        base=COMMIT,
        head=LATER,
        files={"shop/cart.py": FileNow(path="shop/carts.py"), "shop/gone.py": None},
        hunks={
            "shop/carts.py": (
                Hunk(path="shop/carts.py", old_first=2, old_lines=0, new_first=3, new_lines=5),
                Hunk(path="shop/carts.py", old_first=20, old_lines=4, new_first=25, new_lines=0),
            )
        },
    )

    linked = Relinking("carts.md", NEXT, changes).relinked(text, {})

    assert linked == (
        f"Sums ([carts.py:14]({NEXT.base}shop/carts.py#L14-L16)), "
        f"[carts.py]({NEXT.base}shop/carts.py), "
        f"[store.py:1]({NEXT.base}shop/db/store.py#L1) and gone.py:3.\n\n"
        f"```md\n[cart.py:9]({base}shop/cart.py#L9)\n```"
    )


def test_lines_that_no_hunk_explains_are_found_by_what_cites_them() -> None:
    changes = Changes(base="", head=LATER, files={"a.py": FileNow(path="b.py")})
    finder = Relinking("carts.md", NEXT, changes)
    judged = {Spot(path="a.py", first=10, last=20): Spot(path="b.py", first=13, last=23)}

    assert finder.find(Spot(path="a.py", first=10, last=20), judged) == Spot(
        path="b.py", first=13, last=23
    )
    assert finder.find(Spot(path="a.py", first=12, last=12), judged) == Spot(
        path="b.py", first=15, last=15
    )
    assert finder.find(Spot(path="a.py", first=40, last=41), judged) == Spot(path="b.py")


@pytest.mark.parametrize(
    "text",
    [
        "- one\n  - two\n    - three\n- four\n\n  more of four\n",
        "1. one\n   - two\n\n     ```sh\n     $ a\n       b\n     ```\n2. three",
        "Words \\@ here\n\n- `x`\n    code\n",
    ],
)
def test_what_is_written_for_python_markdown_can_be_written_again(text: str) -> None:
    there = for_python_markdown(text)
    assert for_python_markdown(from_python_markdown(there)) == there


def test_a_page_that_does_not_fit_its_record_is_not_taken_apart() -> None:
    files = build_site("Shop", all_pages())
    wiki = read_wiki(files)
    home = next(each for each in wiki.pages if each.record.spec.kind is PageKind.HOME)
    cut = home.text.replace(f"## {home.record.sections[-1].heading}", "words")
    assert take_apart(cut, home.record) is None
    assert take_apart("nothing of ours", home.record) is None


def test_the_wiki_is_read_in_its_order_and_damage_costs_one_page() -> None:
    files = build_site("Shop", all_pages())
    files[".autodoc/home.json"] = b"{"
    del files["architecture.md"]

    wiki = read_wiki(files)

    assert wiki.title == "Shop"
    assert wiki.unrecorded == {"index.md"}
    assert [each.spec.id for each in wiki.lost] == ["architecture"]
    written = [each.spec.path for each in all_pages() if each.spec.kind is PageKind.NARRATIVE]
    assert [each.record.spec.path for each in wiki.pages if each.is_written] == written[1:]
    assert wiki.commits == (COMMIT,)
    assert "shop/cart.py" in wiki.cited(COMMIT)
    assert shop().files.keys() & wiki.cited(COMMIT)
