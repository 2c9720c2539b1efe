"""The changes that the mutants benchmark makes are what their classes say."""

from collections.abc import Mapping

import pytest

from app.domain.wiki.page import PageKind, PageSpec, RenderedSection
from app.domain.wiki.record import PageRecord
from benchmarks.mutants.__main__ import quotas
from benchmarks.mutants.draw import make, mutants
from benchmarks.mutants.mutant import CHANGING, NEUTRAL, REWORDING, Mutant, Site
from benchmarks.mutants.names import renamed_locals
from benchmarks.mutants.pages import Published, stated
from benchmarks.mutants.results import summary
from benchmarks.mutants.syntax import LANGUAGES, Edit, Module, ending, parse, replace, walk
from tests.unit.benchmarks.mutant_sources import SHOP

LACKING = {
    "Python": set(),
    "TypeScript": set(),
    "Go": {"default changed", "quotes", "annotation"},
}
"""What the language has not."""
EVERY = (*CHANGING, *NEUTRAL, *REWORDING)


def modules(language: str) -> dict[str, Module]:
    read = {
        path: parse(path, text.encode())
        for path, text in SHOP.items()
        if LANGUAGES[ending(path)] == language
    }
    return {path: module for path, module in read.items() if module is not None}


def drawn(language: str, each: int = 2, seed: int = 1) -> list[Mutant]:
    return list(mutants(modules(language), dict.fromkeys(EVERY, each), seed))


@pytest.mark.parametrize("language", sorted(LACKING))
def test_every_class_that_a_language_has_is_made_and_still_parses(language: str) -> None:
    made = drawn(language)

    assert {each.kind for each in made} == set(EVERY) - LACKING[language]
    for mutant in made:
        assert mutant.diff()
        for path, data in mutant.files.items():
            assert parse(path, data) is not None, mutant.diff()


def test_the_same_seed_draws_the_same_mutants() -> None:
    assert [each.diff() for each in drawn("Go")] == [each.diff() for each in drawn("Go")]
    assert [each.diff() for each in drawn("Go")] != [each.diff() for each in drawn("Go", seed=2)]


def one(source: Mapping[str, str], symbol: str, old: str, new: str, kind: str) -> Mutant | None:
    """Make a change by hand, as if it had been drawn for a class."""
    path, text = next(iter(source.items()))
    module = parse(path, text.encode())
    assert module is not None
    definition = module.definition(symbol)
    assert definition is not None
    at = text.index(old)
    edit = Edit(len(text[:at].encode()), len(text[: at + len(old)].encode()), new.encode())
    return make({path: module}, path, Site(kind, definition, (edit,)))


@pytest.mark.parametrize(
    ("old", "new", "kind", "is_taken"),
    [
        ("a + b", "a+b", "blank lines", True),
        ("a + b", "b + a", "blank lines", False),
        ("a + b", "a - b", "constant", True),
        ("a + b", "(a + b)", "constant", False),
        ("a + b", "a + ", "constant", False),
        ('"Adds."', '"Adds.\\n"', "doc comment re-wrapped", True),
        ("a + b", "a + b  # so", "condition", False),
    ],
)
def test_a_change_that_is_not_of_its_class_is_no_mutant(
    old: str, new: str, kind: str, *, is_taken: bool
) -> None:
    source = {"a.py": 'def add(a, b):\n    "Adds."\n    return a + b\n'}

    assert (one(source, "add", old, new, kind) is not None) is is_taken


def locals_of(path: str, text: str, symbol: str) -> dict[str, str]:
    module = parse(path, text.encode())
    assert module is not None
    definition = module.definition(symbol)
    assert definition is not None
    found = (make({path: module}, path, each) for each in renamed_locals(module, definition))
    return {each.said: each.files[path].decode() for each in found if each is not None}


def test_what_callers_or_others_name_is_no_local_of_python() -> None:
    source = (
        "def run(size, *, key):\n"
        "    global seen\n"
        "    seen = size\n"
        "    best = max(size, key=key)\n"
        "    best.best = call(best=best)\n"
        "    return best\n"
    )

    assert locals_of("a.py", source, "run") == {
        "best": (
            "def run(size, *, key):\n"
            "    global seen\n"
            "    seen = size\n"
            "    named_anew_9 = max(size, key=key)\n"
            "    named_anew_9.best = call(best=named_anew_9)\n"
            "    return named_anew_9\n"
        )
    }


def test_a_local_with_the_name_of_its_function_stays() -> None:
    source = "def size(self):\n    size = self.size\n    return size\n"

    assert locals_of("a.py", source, "size") == {}


def test_a_local_that_an_object_names_shortly_keeps_its_property() -> None:
    source = "function run(a) {\n  const size = a.size\n  return { size, other: size }\n}\n"

    assert locals_of("a.ts", source, "run") == {
        "size": (
            "function run(a) {\n  const named_anew_9 = a.size\n"
            "  return { size: named_anew_9, other: named_anew_9 }\n}\n"
        )
    }


def test_a_package_that_a_variable_hides_later_is_not_renamed_with_it() -> None:
    source = (
        "package a\n\nfunc run(s string) string {\n"
        "\turl := url.Parse(s)\n\tkey := T{key: s}\n\tout := url.Host + key.key\n\treturn out\n}\n"
    )

    assert set(locals_of("a.go", source, "run")) == {"out"}


def test_touched_are_the_old_lines_that_differ() -> None:
    module = parse("a.py", b"A = 1\nB = 2\nC = 3\n")
    assert module is not None
    definition = module.definition("B")
    assert definition is not None
    number = next(each for each in walk(definition.node) if each.type == "integer")

    mutant = make({"a.py": module}, "a.py", Site("constant", definition, (replace(number, "9"),)))

    assert mutant is not None
    assert list(mutant.touched("a.py")) == [(2, 2)]
    assert list(mutant.touched("b.py")) == []


def test_what_a_page_states_of_a_place_is_read_off_its_links() -> None:
    text = (
        "# Shop\n\n## Options\n\n"
        "| `--host`, `-h` | `1` | [cli.py:3](https://example.org/b/cli.py#L3) |\n"
        "| `--port` | `50` | [cli.py:9](https://example.org/b/cli.py#L9) |\n\n"
        "## Cart\n\n### total\n\n```python\ndef total(tax)\n```\n\n"
        "[cart.py:3](https://example.org/b/cart.py#L3-L8)\n\n### add\n\nAdds `tax`.\n"
    )
    spec = PageSpec(id="shop", path="shop.md", title="Shop", kind=PageKind.REFERENCE)
    sections = tuple(
        RenderedSection(anchor=each.lower(), heading=each, digest="")
        for each in ("Options", "Cart")
    )
    page = Published(PageRecord(spec=spec, digest="", sections=sections), text)

    def says(path: str, line: int, *words: str, rows: bool) -> list[str]:
        return list(stated(page, path, range(line, line + 1), words, rows=rows))

    assert says("cli.py", 3, "host", "1", rows=True) == ["options"]
    assert says("cli.py", 3, "port", rows=True) == []
    assert says("cli.py", 9, "port", "5", rows=True) == []
    assert says("b/cart.py", 3, "total", "tax", rows=False) == ["cart"]
    assert says("cart.py", 3, "add", rows=False) == []
    assert says("cart.py", 3, "total", rows=True) == []


def test_repositories_share_a_class_and_the_last_one_fills_up() -> None:
    assert quotas({}, 12, 3)["condition"] == 4
    assert quotas({}, 12, 3)["route"] == 6
    assert quotas({"condition": 3}, 12, 1)["condition"] == 9
    assert quotas({"condition": 12}, 12, 1)["condition"] == 0


def row(kind: str, **outcome: object) -> dict[str, object]:
    told = {"kind": kind, "language": "Go", "repository": "a+b", "path": "a.go", "symbol": "Run"}
    plain = {"asserting": ["p#a"], "flagged": True, "stale": ["p#a"], "wrong": [], "reasons": []}
    return {**told, "diff": "-a\n+b", "outcomes": {"written": {**plain, **outcome}}}


def test_what_was_judged_wrong_is_counted_and_listed() -> None:
    rows = [
        row("condition"),
        row("condition", flagged=False, stale=[]),
        row("condition", wrong=["p#b"]),
        row("quotes", stale=[]),
        row("quotes", reasons=["a: code"]),
    ]

    result = summary(rows, 3, 1, {})["pages as by a model"]

    assert result["changing"]["condition"] == {"Go": "2 / 3", "all": "2 / 3"}
    assert result["neutral"]["all"] == {"Go": "1 / 2", "all": "1 / 2"}
    assert result["wrong sections"] == 1
    assert [each["kind"] for each in result["amiss"]] == ["condition", "condition", "quotes"]
