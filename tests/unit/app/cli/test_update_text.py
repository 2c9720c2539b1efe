import pytest

from app.cli.update_text import describe_page
from app.domain.wiki.page_updates import Became, PageUpdate


@pytest.mark.parametrize(
    ("page", "done", "foreseen"),
    [
        (
            PageUpdate(
                page="a.md",
                verdicts={"stale": 2},
                became=Became.WRITTEN,
                rewritten=("Parts",),
                dropped=("Use",),
            ),
            "a.md: 2 stale; wrote “Parts”; dropped “Use”",
            "a.md: 2 stale; would write “Parts”; would drop “Use”",
        ),
        (
            PageUpdate(page="a.md", verdicts={}, became=Became.ADDED),
            "a.md: new page",
            "a.md: would be a new page",
        ),
        (
            PageUpdate(page="a.md", verdicts={"stale": 1}, became=Became.KEPT),
            "a.md: 1 stale; stays as a person has it",
            "a.md: 1 stale; stays as a person has it",
        ),
    ],
)
def test_a_page_is_said_to_be_written_only_where_it_was(
    page: PageUpdate, done: str, foreseen: str
) -> None:
    assert describe_page(page, dry_run=False) == done
    assert describe_page(page, dry_run=True) == foreseen


def test_a_page_with_many_other_sections_names_the_first() -> None:
    many = tuple(f"S{number}" for number in range(20))
    page = PageUpdate(page="a.md", verdicts={}, became=Became.WRITTEN, rewritten=many)
    assert describe_page(page, dry_run=False).endswith("“S11” and 8 more sections")


def test_every_end_of_a_page_has_words() -> None:
    for each in Became:
        assert describe_page(PageUpdate(page="a.md", verdicts={}, became=each), dry_run=True)
