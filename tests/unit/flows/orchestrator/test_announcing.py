"""How a pull request of several scopes is announced and opened."""

from app.domain.code.citation import CitedSymbol
from app.domain.code.verdict import Verdict
from app.domain.wiki.configuration.config import Commits, CommitStyle, Config
from app.domain.wiki.impact import PageImpact
from app.domain.wiki.merge.folder import Merge
from app.domain.wiki.page import PageKind, PageSpec, RenderedPage, RenderedSection, TokenUsage
from app.domain.wiki.site.figures import Run
from app.domain.wiki.site.guide_block import Guides
from app.domain.work.repository import Provider, RepositoryRef
from flows.orchestrator.announcing import Place, commits_of, describe, opening_of, place_of
from flows.orchestrator.proposed import Proposed
from flows.orchestrator.publisher import Publication
from flows.orchestrator.telling import Told

CONVENTIONAL = Commits(style=CommitStyle.CONVENTIONAL, sign_off=True)


def page(name: str, *cited: str) -> RenderedPage:
    nothing = {"recipe": "", "code": "", "wording": "", "first_line": 1, "last_line": 1}
    places = tuple(
        CitedSymbol.model_validate({"path": path, "symbol": str(at), **nothing})
        for at, path in enumerate(cited)
    )
    return RenderedPage(
        spec=PageSpec(id=name, path=f"{name}.md", title=name, kind=PageKind.NARRATIVE),
        markdown="",
        sections=(RenderedSection(anchor="a", heading="A", digest="", cited=places),),
    )


def folder(scope: str, pages: tuple[RenderedPage, ...], config: Config) -> Proposed:
    """Lay out a folder whose first page is another one now, and whose others stay."""
    now = {each.spec.path: each.spec.id.encode() for each in pages}
    before = {**now, pages[0].spec.path: b"old"}
    publication = Publication(
        scope=scope,
        output=f"{scope}/docs" if scope else "docs",
        files=now,
        commit="c" * 40,
        pages=pages,
        config=config,
        sources=frozenset({f"{scope}/code.py"}),
    )
    return Proposed(
        publication=publication,
        committed=before,
        pages=now,
        retired=(),
        merge=Merge(files=now),
        guides=Guides(),
        guided={},
    )


SHOP = folder(
    "shop", (page("a", "x.py", "y.py", "y.py"), page("b", "z.py")), Config(labels=("docs", "shop"))
)
ROOT = folder(
    "",
    (page("home", "y.py"),),
    Config(labels=("docs",), reviewers=("ann",), draft=True, commit=CONVENTIONAL),
)
FOLDERS = (SHOP, ROOT)
PUBLICATIONS = tuple(each.publication for each in FOLDERS)


def test_labels_and_reviewers_of_all_scopes_count_and_the_root_says_the_rest() -> None:
    opening = opening_of(PUBLICATIONS, FOLDERS)

    assert opening.labels == ("docs", "shop")
    assert opening.reviewers == ("ann",)
    assert opening.draft
    assert commits_of(PUBLICATIONS) == CONVENTIONAL


def test_owners_of_what_changed_pages_cite_may_be_asked_the_most_cited_first() -> None:
    assert opening_of(PUBLICATIONS, FOLDERS).cited == ("y.py", "x.py")


def test_pages_of_scopes_are_named_with_their_folder_in_words_and_figures() -> None:
    impacts = (PageImpact(page="a.md", title="The shop", verdict=Verdict.STALE),)
    run = Run(used=TokenUsage(calls=2, cost=0.5))
    told = Told(impacts={"shop": impacts}, run=run)
    words = describe(PUBLICATIONS, FOLDERS, (), told, Place(address="https://x.org/o/r"))

    assert words.title == "docs: update 2 pages of documentation"
    assert "Brought up to date: `docs/home.md`, `shop/docs/a.md`." in words.body
    assert "shop/docs/b.md" not in words.body
    assert "2 calls, 0 tokens, $0.50" in words.body


def test_a_branch_is_named_where_it_is_not_the_default_one() -> None:
    ref = RepositoryRef(
        provider=Provider.GITHUB,
        external_id="1",
        full_name="o/r",
        url="https://x.org/o/r",
        default_branch="main",
    )

    assert place_of(ref, "main").branch == ""
    assert place_of(ref, "release/1").branch == "release/1"
    assert place_of(ref.model_copy(update={"default_branch": ""}), "main").branch == ""
