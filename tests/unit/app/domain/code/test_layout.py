import time

import pytest

from app.domain.code.layout import brief, brief_call, fold, laid_out, on_one_line

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


def test_white_space_between_quotes_is_kept_when_a_head_is_put_on_one_line() -> None:
    text = 'new FormattingStyle(\n    "\\n",\n    "  ",   true\n)'

    assert on_one_line(text, "java") == 'new FormattingStyle("\\n", "  ", true)'
    assert fold("sep = '\t,  '") == "sep = '\t,  '"


def test_of_a_literal_that_goes_over_lines_only_the_quotes_stay_on_one_line() -> None:
    text = 'def f(\n        usage="""a\n            b""",\n    )'

    assert on_one_line(text, "python") == 'def f(usage="""…""")'
    assert laid_out(text, "python", indent=4) == 'def f(\n    usage="""a\n            b""",\n)'


def test_a_member_that_ends_in_an_angle_bracket_is_separated_too() -> None:
    text = """{
      id: Readonly<string>
      join?: (a: string) =>
        Promise<void>
      last: A<
        B
      >
    }"""

    assert on_one_line(text, "typescript") == (
        "{id: Readonly<string>; join?: (a: string) => Promise<void>; last: A<B>}"
    )


def test_a_cut_is_marked_and_never_within_a_name() -> None:
    assert brief("t.Sequence[tuple[str, HeaderValue]]", 30) == "t.Sequence[tuple[str, …"
    assert brief("short", 30) == "short"


def test_a_long_call_loses_its_last_arguments() -> None:
    call = '@click.option("--key", type=Path(exists=True, dir_okay=False), help="A, or b, or c.")'

    assert (
        brief_call(call, 70) == '@click.option("--key", type=Path(exists=True, dir_okay=False), …)'
    )
    assert brief_call(call, 30) == '@click.option("--key", …)'
    assert brief_call(call, 20) == "@click.option(…)"
    assert brief_call("#[arg(long, value_name = 1)]", 20) == "#[arg(long, …)]"


@pytest.mark.parametrize(
    "text",
    [
        "X = '''\n" + "\\d" * 1_000,
        "X = '''\n" + "\\'''" * 4_000,
        "X = (" + "\n" * 20_000 + "a",
        "X = (\n" + " " * 20_000 + "a",
    ],
)
def test_heads_that_are_made_to_take_long_are_laid_out_in_bounded_time(text: str) -> None:
    started = time.process_time()

    on_one_line(text, "python")

    assert time.process_time() - started < 2
