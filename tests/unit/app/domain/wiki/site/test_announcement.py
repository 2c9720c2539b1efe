from app.domain.wiki.site.announcement import MOST_CHARACTERS, describe_publication
from app.domain.wiki.site.publication import build_site
from tests.fakes.facts import COMMIT
from tests.unit.app.domain.wiki.pages import all_pages


def test_a_first_publication_lists_its_pages_and_how_to_steer_and_stop() -> None:
    pages = all_pages()
    told = describe_publication({}, build_site("shop", pages), pages, COMMIT)

    assert told.title == "Document the code at c0ffee012345"
    assert "| `architecture.md` | Architecture | added |" in told.body
    assert ".autodoc/" not in told.body
    assert "/autodoc help" in told.body
    assert "Close this pull request" in told.body
    assert told.commit_message.startswith("Document the code at c0ffee012345\n\n")


def test_an_update_names_what_changed_and_what_went() -> None:
    before = {"index.md": b"old", "gone.md": b"x", "same.md": b"y"}
    after = {"index.md": b"new", "same.md": b"y"}
    told = describe_publication(before, after, [], COMMIT, withheld=["Page x is <b>bad</b>."])

    assert told.title == "Update 2 pages of documentation to c0ffee012345"
    assert "| `index.md` |  | changed |" in told.body
    assert "| `gone.md` |  | removed |" in told.body
    assert "same.md" not in told.body
    assert "Page x is \\<b>bad\\</b>." in told.body


def test_a_body_never_exceeds_what_github_takes_and_still_says_how_to_stop() -> None:
    after = {f"reference/a-very-long-name-of-a-page-{number}.md": b"" for number in range(3000)}
    told = describe_publication({}, after, [], COMMIT)

    assert len(told.body) <= MOST_CHARACTERS
    assert "longer than GitHub allows" in told.body
    assert "**Stopping.**" in told.body
