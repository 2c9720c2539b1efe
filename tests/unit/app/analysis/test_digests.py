"""What the two digests of a symbol see, and what they are blind to (DESIGN §6)."""

import pytest

from app.domain.code.digest import same_body
from tests.unit.app.analysis.helpers import code, read, symbols, wording

PYTHON = """
def f(items, tax=0.2):
    total = 0
    for item in items:
        total += item.price
    return round(total * (1 + tax), 2)
"""

TYPESCRIPT = """
export function f(items: Item[], { tax = 0.2, ...rest }: Options): number {
  const total = items.map((item) => item.price).reduce((a, b) => a + b, 0)
  return round(total * (1 + tax), rest)
}
"""

GO = """
package shop

func f(items []Item, tax float64) (int, error) {
	total := 0
	for _, item := range items {
		total += item.Price
	}
	return Round(total, tax), nil
}
"""

NEUTRAL = (
    [
        pytest.param("python", PYTHON, old, new, id=f"python: {title}")
        for title, old, new in [
            ("a comment", "    total = 0\n", "    # the sum\n    total = 0  # so far\n"),
            ("a doc string", "    total = 0\n", '    """Add up."""\n    total = 0\n'),
            (
                "layout",
                "round(total * (1 + tax), 2)",
                "round(\n        total * (1 + tax),\n        2,\n    )",
            ),
            (
                "annotations",
                "f(items, tax=0.2):",
                "f(items: list[Item], tax: float = 0.2) -> float:",
            ),
            ("an annotated local", "total = 0", "total: int = 0"),
            ("a local name", "total", "amount"),
            (
                "a loop variable",
                "item in items:\n        total += item.",
                "one in items:\n        total += one.",
            ),
            (
                "parentheses",
                "return round(total * (1 + tax), 2)",
                "return (round((total) * (1 + tax), 2))",
            ),
        ]
    ]
    + [
        pytest.param("typescript", TYPESCRIPT, old, new, id=f"typescript: {title}")
        for title, old, new in [
            ("a comment", "  const", "  // the sum\n  const"),
            ("JSDoc", "export", "/** Adds up. */\nexport"),
            ("semicolons", "reduce((a, b) => a + b, 0)\n", "reduce((a, b) => a + b, 0);\n"),
            ("arrow parentheses", "(item) =>", "item =>"),
            ("types", "items: Item[]", "items: readonly Item[]"),
            ("a return type", "): number", "): Promise<number>"),
            ("an assertion", "(total *", "((total as number) *"),
            ("non-null", "(total *", "(total! *"),
            ("a local name", "total", "amount"),
            ("a parameter", "items", "things"),
            ("a callback's parameters", "(a, b) => a + b", "(sum, next) => sum + next"),
            ("a trailing comma", "rest)\n", "rest,\n)\n"),
        ]
    ]
    + [
        pytest.param("go", GO, old, new, id=f"go: {title}")
        for title, old, new in [
            ("a comment", "\ttotal := 0\n", "\t// the sum\n\ttotal := 0 // so far\n"),
            ("a doc comment", "func", "// f adds up.\nfunc"),
            ("a local name", "total", "amount"),
            ("a parameter", "tax", "vat"),
            ("layout", "Round(total, tax)", "Round(\n\t\ttotal,\n\t\ttax,\n\t)"),
        ]
    ]
)
REAL = (
    [
        pytest.param("python", PYTHON, old, new, id=f"python: {title}")
        for title, old, new in [
            ("a literal", "0.2", "0.25"),
            ("an operator", "total *", "total +"),
            ("a member", "item.price", "item.cost"),
            ("another function", "round(", "floor("),
            ("the sense of a condition", "in items", "in reversed(items)"),
            ("the name of a parameter that callers write", "tax", "vat"),
            ("a statement outside its block", "    return", "        return"),
            ("a decorator", "def f", "@cached\ndef f"),
            ("async", "def f", "async def f"),
            ("a default", "tax=0.2", "tax"),
            ("a string", "total = 0", "total = '0'"),
        ]
    ]
    + [
        pytest.param("typescript", TYPESCRIPT, old, new, id=f"typescript: {title}")
        for title, old, new in [
            ("a literal", "0.2", "0.25"),
            ("a member", "item.price", "item.cost"),
            ("a destructured member", "{ tax = 0.2", "{ vat: tax = 0.2"),
            ("another function", "round(", "floor("),
            ("an await", "return round", "return await round"),
            ("locals that change places", "=> a + b", "=> b + a"),
        ]
    ]
    + [
        pytest.param("go", GO, old, new, id=f"go: {title}")
        for title, old, new in [
            ("a type", "tax float64", "tax float32"),
            ("a member", "item.Price", "item.Cost"),
            ("another function", "Round(", "Floor("),
            ("a literal", "total := 0", "total := 1"),
            ("a result", "(int, error)", "(int64, error)"),
        ]
    ]
)


@pytest.mark.parametrize(("language", "source", "old", "new"), NEUTRAL)
def test_a_neutral_change_keeps_the_code_digest(
    language: str, source: str, old: str, new: str
) -> None:
    changed = source.replace(old, new)

    assert changed != source
    assert not read(language, changed).fault
    assert code(language, changed) == code(language, source)


@pytest.mark.parametrize(("language", "source", "old", "new"), REAL)
def test_a_change_of_what_the_code_does_changes_the_code_digest(
    language: str, source: str, old: str, new: str
) -> None:
    changed = source.replace(old, new)

    assert changed != source
    assert code(language, changed) != code(language, source)


@pytest.mark.parametrize(
    ("old", "new"),
    [("tax=0.2", "tax: float = 0.2"), ("    total = 0\n", '    """Add up."""\n    total = 0\n')],
)
def test_an_annotation_or_a_doc_string_changes_the_wording(old: str, new: str) -> None:
    assert wording("python", PYTHON.replace(old, new)) != wording("python", PYTHON)


def test_a_new_body_keeps_the_wording() -> None:
    assert wording("python", PYTHON.replace("total *", "total +")) == wording("python", PYTHON)


def test_a_signature_on_several_lines_keeps_the_wording() -> None:
    wrapped = PYTHON.replace("f(items, tax=0.2)", "f(\n    items,\n    tax=0.2,\n)")

    assert wording("python", wrapped) == wording("python", PYTHON)


def test_quotes_are_layout_and_what_they_hold_is_not() -> None:
    assert code("python", "def f(): return 'a'") == code("python", 'def f(): return "a"')
    assert code("python", "def f(): return 'a'") != code("python", "def f(): return 'b'")
    assert code("python", "def f(): return 'a'") != code("python", "def f(): return b'a'")
    assert code("javascript", "function f() { return 'a' }") == code(
        "javascript", 'function f() { return "a" }'
    )


def test_a_global_that_is_pointed_elsewhere_is_seen_although_a_local_has_its_name() -> None:
    first = "def f():\n    a = 1\n    return a + LIMIT\n"
    second = "def f():\n    b = 1\n    return b + OTHER\n"

    assert code("python", first) != code("python", second)


def test_a_global_name_that_is_assigned_is_not_local() -> None:
    assert code("python", "def f():\n    global a\n    a = 1\n") != code(
        "python", "def f():\n    global b\n    b = 1\n"
    )


def test_an_imported_name_is_not_local() -> None:
    assert code("python", "def f():\n    import json\n    return json.load\n") != code(
        "python", "def f():\n    import toml\n    return toml.load\n"
    )


def test_a_keyword_argument_is_the_name_of_a_member() -> None:
    assert code("python", "def f():\n    a = 1\n    return g(a=a)\n") != code(
        "python", "def f():\n    b = 1\n    return g(b=b)\n"
    )


def test_a_name_that_only_python_binds_by_position_is_local() -> None:
    assert code("python", "def f(a, /, *rest): return a, rest") == code(
        "python", "def f(b, /, *more): return b, more"
    )


def test_the_parameters_of_a_nested_function_are_local() -> None:
    first = "def f(x):\n    def g(a): return a\n    return [g(i) for i in x]\n"
    second = "def f(x):\n    def h(b): return b\n    return [h(j) for j in x]\n"

    assert code("python", first) == code("python", second)


def test_the_digest_of_a_class_covers_its_body() -> None:
    first = "class A:\n    def f(self): return 1\n"
    second = "class A:\n    def f(self): return 2\n"

    assert code("python", first, "A") != code("python", second, "A")
    assert code("python", first, "A") == code("python", first.replace("return", " return"), "A")


def test_a_shorthand_property_keeps_the_name_of_its_member() -> None:
    assert code("typescript", "function f() { const a = 1; return { a } }") != code(
        "typescript", "function f() { const b = 1; return { b } }"
    )


def test_a_hole_in_a_pattern_counts() -> None:
    assert code("javascript", "function f(x) { const [, a] = x; return a }") != code(
        "javascript", "function f(x) { const [a] = x; return a }"
    )


def test_var_is_bound_in_the_function_and_const_in_its_block() -> None:
    hoisted = "function f() { if (g) { var a = 1 } return a }"
    shadowed = "function f() { if (g) { const a = 1 } return a }"

    assert code("javascript", hoisted) == code("javascript", hoisted.replace(" a", " b"))
    assert code("javascript", shadowed) != code("javascript", shadowed.replace(" a", " b"))


def test_the_types_of_an_interface_are_its_code() -> None:
    assert code("typescript", "interface f { a: string }") != code(
        "typescript", "interface f { a: number }"
    )
    assert code("typescript", "type f = 'a' | 'b'") != code("typescript", "type f = 'a' | 'c'")


def test_a_decorator_before_an_export_counts() -> None:
    assert code("typescript", "@Path('/a') export class f {}") != code(
        "typescript", "@Path('/b') export class f {}"
    )


def test_overloads_of_one_name_are_one_symbol_whose_digest_covers_all() -> None:
    getter = "class A:\n    @property\n    def f(self): return 1\n"
    setter = "    @f.setter\n    def f(self, v): self.v = v\n"

    assert len(read("python", getter + setter).symbols) == 2
    assert symbols("python", getter + setter)["A.f"].first_line == 3
    assert code("python", getter, "A.f") != code("python", getter + setter, "A.f")


def test_an_overload_that_changes_is_seen_although_its_types_are_annotations() -> None:
    overloads = (
        "export function f(a: string): string\n"
        "export function f(a: number): number\n"
        "export function f(a: unknown) { return a }\n"
    )
    changed = overloads.replace("a: number", "a: bigint")

    assert code("typescript", changed) == code("typescript", overloads)
    assert wording("typescript", changed) != wording("typescript", overloads)


def test_the_digests_of_this_recipe_are_these() -> None:
    """If this fails, a grammar or the walk has changed: give DIGEST_RECIPE a new value."""
    assert code("python", PYTHON) == "c8528c3973d91be864291aa8"
    assert code("typescript", TYPESCRIPT) == "a145a7e667099a52069d4d3b"
    assert code("go", GO) == "7f7a3fc5d58d2ec3ae10e5df"
    assert wording("python", PYTHON) == "1e4ee5b8e3b0c442"


@pytest.mark.parametrize(
    ("language", "source"),
    [
        ("python", "def f(n):\n    return f(n - 1)\n"),
        ("python", "f = 1\n"),
        ("typescript", "export function f(n: number) { return f(n - 1) }"),
        ("typescript", "export const f = (n: number) => f(n - 1)"),
        ("go", "package p\n\nfunc f(n int) int { return f(n - 1) }\n"),
    ],
)
def test_a_definition_under_another_name_has_the_same_code(language: str, source: str) -> None:
    assert code(language, source.replace("f(n", "g(n").replace("f =", "g ="), "g") == code(
        language, source
    )


def test_only_the_own_name_may_differ() -> None:
    assert code("python", "def f(n): return g(n)") != code("python", "def f(n): return f(n)")


def test_methods_may_change_places_and_fields_may_not() -> None:
    methods = ["    def a(self): return 1\n", "    def b(self): return 2\n"]
    fields = "class f:\n    x = 1\n    y = 2\n"

    assert code("python", fields + "".join(methods)) == code(
        "python", fields + "".join(reversed(methods))
    )
    assert code("python", fields) != code("python", "class f:\n    y = 2\n    x = 1\n")


def test_a_method_under_another_name_changes_its_class() -> None:
    assert code("python", "class f:\n    def a(self): return 1\n") != code(
        "python", "class f:\n    def b(self): return 1\n"
    )


@pytest.mark.parametrize(
    ("language", "source", "old", "new"),
    [
        ("python", "def f(a): return a", "a)", "a, b=1)"),
        ("typescript", "function f(a: A) { return a }", "A)", "A, b = 1)"),
        ("go", "package p\nfunc f(a int) int { return a }", "int) int", "int, b ...int) int"),
    ],
)
def test_a_new_parameter_leaves_the_body_as_it_was(
    language: str, source: str, old: str, new: str
) -> None:
    before, after = code(language, source), code(language, source.replace(old, new))

    assert before != after
    assert same_body(before, after)
    assert not same_body(before, code(language, source.replace("return", "return -")))


def test_how_a_value_is_formatted_counts() -> None:
    assert code("python", "def f(x): return f'{x:>3}'") != code(
        "python", "def f(x): return f'{x:>4}'"
    )
    assert code("python", "def f(): return 1_000") == code("python", "def f(): return 1000")


@pytest.mark.parametrize(
    ("short", "long", "other"),
    [
        (
            "const a = g(); return { a, b: 1 }",
            "const z = g(); return { a: z, b: 1 }",
            "const a = g(); return { z: a, b: 1 }",
        ),
        (
            "const { a, b } = x; return a",
            "const { a: z, b } = x; return z",
            "const { a, b } = x; return b",
        ),
    ],
)
def test_a_shorthand_is_the_same_with_its_name_written_twice(
    short: str, long: str, other: str
) -> None:
    first, second, third = (f"function f(x) {{ {body} }}" for body in (short, long, other))

    assert code("typescript", first) == code("typescript", second)
    assert code("typescript", first) != code("typescript", third)
