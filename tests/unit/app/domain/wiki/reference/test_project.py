from app.domain.code.artifacts import NamedTest
from app.domain.code.facts import Depth, RepositoryFacts
from app.domain.code.symbol import SymbolKind
from app.domain.wiki.reference.pages import plan_reference, write_reference
from tests.fakes.facts import file_facts, repository, symbol
from tests.unit.app.domain.wiki.pages import ORIGIN


def page_of(facts: RepositoryFacts) -> str:
    spec = next(each for each in plan_reference(facts) if each.id == "tests")
    return write_reference(spec, facts, ORIGIN).markdown


def test_what_is_only_named_like_a_test_is_not_counted_as_one() -> None:
    named = [
        symbol("TESTS_DIR", SymbolKind.CONSTANT),
        symbol("TestServer", SymbolKind.CLASS),
        symbol("testing_of"),
    ]
    tests = (NamedTest(name="test_adds", line=1), NamedTest(name="test_sums", line=4))
    swift = [symbol("testTotal"), symbol("TestCase", SymbolKind.CLASS)]
    facts = repository(
        {
            "tests/conftest.py": file_facts(symbols=named),
            "tests/test_cart.py": file_facts().model_copy(update={"tests": tests}),
            "tests/CartTests.swift": file_facts(symbols=swift).model_copy(
                update={"depth": Depth.NAMES, "language": "swift"}
            ),
        }
    )

    page = page_of(facts)

    assert "3 tests in 3 files." in page
    rows = {line.split("](")[0]: line for line in page.split("\n") if line.startswith("| [")}
    assert rows["| [conftest.py"].endswith(") |  |")
    assert rows["| [CartTests.swift"].endswith("| 1 |")
