from decimal import Decimal

from app.domain.wiki.site.announcement import MOST_CHARACTERS
from app.domain.work.budget import Estimate
from app.domain.work.invitation import Cap, Findings, Invited, invite

FOUND = Findings(commit="a" * 40, files=1200, languages={"go": 3, "python": 90})
PLAIN = Invited(found=FOUND, pages=("Shop", "Architecture"))
PRICED = PLAIN.model_copy(
    update={
        "estimate": Estimate(
            pages=12, calls=40, input_tokens=90_000, output_tokens=9_000, cost=1.5, cap=1.0
        ),
        "models": ("openai/gpt-4o",),
        "caps": (
            Cap(what="this repository in a month", amount=Decimal(50)),
            Cap(what="a job", amount=Decimal(5)),
        ),
    }
)


def test_it_tells_what_was_found_and_both_answers() -> None:
    body = invite(PLAIN).body
    assert "1,200 files, python (90), go (3)." in body
    assert "**Merge** to go on" in body
    assert "**Close** to stop" in body
    assert "No model is set here" in body


def test_it_tells_what_the_rest_would_cost_and_what_binds() -> None:
    body = invite(PRICED).body
    assert "with `openai/gpt-4o`: about 40 model calls, $1.50." in body
    assert "At most $5.00 for a job; beyond, pages are written without a model." in body
    for left_out in ("$50.00", "tokens", "12 pages"):
        assert left_out not in body


def test_it_promises_no_more_pages_than_there_are_without_a_model() -> None:
    everything = {"pages": ("Shop",), "is_all": True}
    body = invite(PLAIN.model_copy(update=everything)).body
    assert "Here is 1 page to judge it by (Shop)" in body
    assert "all the pages that there are without a model" in body
    assert "second pull request" not in body
    for asked in (PLAIN, PRICED.model_copy(update=everything)):
        assert "second pull request" in invite(asked).body


def test_it_is_short_enough_to_be_read() -> None:
    assert len(invite(PRICED).body.splitlines()) < 20


def test_no_command_stands_where_autodoc_would_read_it() -> None:
    assert not any(
        line.lstrip().startswith("/autodoc") for line in invite(PRICED).body.splitlines()
    )


def test_scopes_are_told_where_there_are_several_and_not_without_end() -> None:
    many = FOUND.model_copy(update={"scopes": tuple(f"packages/p{n:02}" for n in range(20))})
    body = invite(PLAIN.model_copy(update={"found": many})).body
    assert "20 scopes that are documented apart: `packages/p00/`" in body
    assert "and 8 more." in body


def test_what_comes_from_the_repository_stays_words() -> None:
    hostile = PLAIN.model_copy(
        update={"pages": ("@everyone closes #1",), "notes": ("<img src=x> @octo",) * 3}
    )
    body = invite(hostile).body
    assert body.count("- \\<img src=x> `@octo`") == 1
    assert "(`@everyone` closes `#1`)" in body
    long = invite(hostile.model_copy(update={"notes": ("x" * 90_000,)}))
    assert len(long.body) <= MOST_CHARACTERS


def test_it_says_whose_configuration_counts() -> None:
    assert (
        "explains every key" in invite(PLAIN.model_copy(update={"begins_configuration": True})).body
    )
    assert "\n\nIt is your own `.autodoc.yaml` that counts." in invite(PLAIN).body
    inherited = invite(PLAIN.model_copy(update={"inherited": ("style.tone",)})).body
    assert "From the organisation's `.github/.autodoc.yaml`: `style.tone`." in inherited
