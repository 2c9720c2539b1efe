"""Lists that are whole, and what they do not list."""

from app.domain.code.change import Changes, FileNow
from app.domain.code.citation import CitedSymbol, Reliance
from app.domain.wiki.listing import CUT, lists_all, redrawn, unlisted
from app.domain.wiki.page import Section


def cited(path: str, symbol: str = "", **more: object) -> CitedSymbol:
    values = {"recipe": "3", "code": "", "wording": "", "first_line": 1, "last_line": 1}
    return CitedSymbol.model_validate({"path": path, "symbol": symbol, **values, **more})


def test_a_list_is_whole_unless_it_says_otherwise() -> None:
    assert lists_all(Section(heading="Routes", text="| a |"))
    assert not lists_all(Section(heading="Routes", text=f"| a |\n\n{CUT}"))
    assert not lists_all(Section(heading="Who imports whom", text="| a |"))


def test_what_is_new_is_not_listed_and_what_moved_is() -> None:
    before = [cited("a.py", "f"), cited("b.py", whole=True), cited("c.py", wording="told 1")]
    moved = Changes(base="a", head="b", files={"a.py": FileNow(path="z.py")})
    after = [
        cited("z.py", "f"),
        cited("b.py", whole=True, wording="told 9"),
        cited("c.py", wording="told 1", first_line=7, last_line=7),
        cited("c.py", wording="told 2"),
        cited("b.py", "g", relies=Reliance.EXISTENCE),
        cited("b.py", "h"),
    ]

    assert unlisted(before, after, moved) == [after[3], after[5]]


def test_a_section_whose_drawing_or_its_note_would_be_another_one_is_told() -> None:
    def body(edge: str, note: str = "The drawing shows 6 of 8 imports.") -> str:
        return f"Prose.\n\n*Imports*\n\n```mermaid\nflowchart LR\n  {edge}\n```\n\n{note}"

    before = {"Same": body("n1 --> n2"), "Other": body("n1 --> n2"), "Words": "None drawn."}
    after = {
        "Same": body("n1 --> n2").replace("Prose", "Better prose"),
        "Other": body("n1 --> n3"),
        "Words": "Others.",
    }
    assert redrawn(before, after) == {"Other"}
    assert redrawn(before, {**after, "Same": body("n1 --> n2", "7 of 10")}) == {"Same", "Other"}
    assert redrawn({"Gone": body("n1 --> n2")}, {}) == {"Gone"}
