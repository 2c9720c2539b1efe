from typing import Any

import pytest

from flows.writer.agents.limits import UnusableAnswer
from flows.writer.agents.local_writer import structure_answer_of
from flows.writer.agents.structure_rules import exists, review_structure, structure_of
from tests.fakes.shop import PROPOSAL, REPOSITORY


def plan(*changes: tuple[int, dict[str, Any]]) -> list[str]:
    """Change pages of the proposal and say what is wrong with the outcome."""
    answer = structure_answer_of(PROPOSAL).model_dump()
    for index, change in changes:
        answer["pages"][index] |= change
    structure = structure_of(answer, PROPOSAL)
    return [each.message for each in review_structure(structure, PROPOSAL, REPOSITORY)]


def test_the_proposal_itself_is_right() -> None:
    assert structure_of(structure_answer_of(PROPOSAL).model_dump(), PROPOSAL) == PROPOSAL
    assert plan() == []


def test_titles_purposes_and_order_are_free() -> None:
    assert plan((1, {"title": "Carts", "purpose": "All about carts."})) == []


@pytest.mark.parametrize(
    ("index", "change", "told"),
    [
        (0, {"id": "start"}, 'the first page must be the one with the id "home"'),
        (1, {"id": "mail"}, 'two pages have the id "mail"'),
        (1, {"title": "mail"}, 'two pages have the title "mail"'),
        (1, {"id": "../../etc"}, 'must be lower-case letters, digits and "-"'),
        (1, {"title": "[x](https://evil.example)"}, "must be plain text"),
        (1, {"purpose": "<img src=x>"}, "must be plain text"),
        (1, {"section": "s" * 101}, "longer than 100 characters"),
        (1, {"title": " "}, "has no title"),
        (1, {"subjects": ["shop/cart.py", "shop/gone.py"]}, '"shop/gone.py" does not exist'),
        (1, {"subjects": []}, '"shop/cart.py" of the proposal is on no page any more'),
        (1, {"id": "new", "subjects": []}, 'the page "new" has no subjects'),
    ],
)
def test_a_plan_that_breaks_a_rule_is_told_which(
    index: int, change: dict[str, Any], told: str
) -> None:
    assert any(told in each for each in plan((index, change)))


@pytest.mark.parametrize(
    "purpose", ["How Cart.teleport() works", "What cart_teleporter does", "Runs with --teleport"]
)
def test_a_purpose_may_not_name_what_the_commit_lacks(purpose: str) -> None:
    assert any(
        "is not in the documented commit" in each for each in plan((1, {"purpose": purpose}))
    )


def test_a_purpose_may_not_show_a_secret() -> None:
    key = "AKIA" + "Q3EGRT7ZPLMNB2KD"
    said = plan((1, {"purpose": f"Runs with {key}"}))
    assert any("form of a secret" in each for each in said)
    assert not any(key in each for each in said)


@pytest.mark.parametrize("title", ["t" * 101, "Shop <b>", "See https://evil.example", "No gone()"])
def test_the_title_of_the_whole_keeps_to_the_rules_of_titles(title: str) -> None:
    answer = structure_answer_of(PROPOSAL).model_dump() | {"title": title}
    found = review_structure(structure_of(answer, PROPOSAL), PROPOSAL, REPOSITORY)
    assert any("the title of the whole" in each.message for each in found)


def test_a_plan_may_not_grow_without_end() -> None:
    page = structure_answer_of(PROPOSAL).pages[1].model_dump()
    more = [page | {"id": f"p{n}", "title": f"P {n}"} for n in range(11)]
    answer = structure_answer_of(PROPOSAL).model_dump()
    structure = structure_of(answer | {"pages": answer["pages"] + more}, PROPOSAL)
    assert any(
        "more than 13 pages" in each.message
        for each in review_structure(structure, PROPOSAL, REPOSITORY)
    )


def test_a_plan_without_pages_is_no_plan() -> None:
    with pytest.raises(UnusableAnswer, match="no pages"):
        structure_of({"title": "t", "pages": []}, PROPOSAL)


def test_a_page_stays_where_it_was_and_a_new_one_gets_its_place_from_its_id() -> None:
    answer = structure_answer_of(PROPOSAL).model_dump()
    answer["pages"][2]["id"] = "receipts"
    paths = [page.path for page in structure_of(answer, PROPOSAL).pages]
    assert paths == ["index.md", "cart.md", "receipts.md"]


def test_a_new_page_gets_no_name_that_agents_obey() -> None:
    answer = structure_answer_of(PROPOSAL).model_dump()
    answer["pages"][2]["id"] = "agents"
    assert structure_of(answer, PROPOSAL).pages[2].path == "agents-code.md"


@pytest.mark.parametrize(
    ("subject", "there"),
    [
        ("shop", True),
        ("shop/", True),
        ("shop/*.py", True),
        ("shop/cart.py:Cart.total", True),
        ("shop/cart.py:Cart.refund", False),
        ("shops/*.py", False),
        ("README.md:Cart", False),
        ("", False),
    ],
)
def test_subjects_are_looked_up(subject: str, there: bool) -> None:  # noqa: FBT001 - a table's column
    assert exists(subject, REPOSITORY) is there
