from app.domain.code.layout import laid_out, on_one_line

TYPE = "type Route = {\n    method: 'GET' | 'POST'\n    path: string\n  }"


def test_members_that_a_line_end_separates_are_separated_on_one_line_too() -> None:
    one = "type Route = {method: 'GET' | 'POST'; path: string}"

    assert on_one_line(TYPE, "typescript") == one
    assert on_one_line(TYPE.replace("'\n", "';\n"), "typescript") == one


def test_what_goes_on_over_a_line_end_is_joined_without_a_separator() -> None:
    text = "const f = <\n  T extends\n  object,\n>(\n  a: T,\n): T\n  | undefined"

    assert on_one_line(text, "typescript") == "const f = <T extends object>(a: T): T | undefined"


def test_python_needs_no_separator() -> None:
    assert on_one_line("def f(\n    a: int,\n    b: int\n) -> str", "python") == (
        "def f(a: int, b: int) -> str"
    )


def test_a_short_head_that_loses_nothing_is_put_on_one_line() -> None:
    assert laid_out("def f(\n    a,\n    b,\n)", "python") == "def f(a, b)"


def test_a_head_that_would_lose_a_separator_keeps_its_lines() -> None:
    assert laid_out(TYPE, "typescript", indent=2) == (
        "type Route = {\n  method: 'GET' | 'POST'\n  path: string\n}"
    )


def test_a_long_head_keeps_its_lines() -> None:
    names = [f"an_option_{number}: int" for number in range(9)]
    text = "def f(\n        " + ",\n        ".join(names) + ",\n    ) -> None"

    assert laid_out(text, "python", indent=4).split("\n")[:2] == ["def f(", "    an_option_0: int,"]
    assert laid_out(text, "python", indent=4).endswith("\n) -> None")
