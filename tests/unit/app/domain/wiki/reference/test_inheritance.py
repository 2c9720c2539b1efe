from app.domain.code.facts import Import, ImportEdge, RepositoryFacts
from app.domain.code.symbol import Symbol, SymbolKind
from app.domain.wiki.reference.inheritance import Inheritance
from app.domain.wiki.reference.pages import plan_reference, write_reference
from tests.fakes.facts import file_facts, repository, symbol
from tests.unit.app.domain.wiki.pages import ORIGIN


def class_(head: str, lines: tuple[int, int]) -> Symbol:
    name = head.removeprefix("class ").partition("(")[0]
    return symbol(name, SymbolKind.CLASS, lines, signature=head)


def method(name: str, line: int) -> Symbol:
    return symbol(name, SymbolKind.METHOD, (line, line))


def shop() -> RepositoryFacts:
    """Make a client whose base has a base in another file, and one of another package."""
    hidden = class_("class BaseClient(_base.Root[int], Closing)", (1, 9))
    return repository(
        {
            "shop/base.py": file_facts(
                symbols=[class_("class Closing", (1, 5)), method("Closing.close", 2)]
            ),
            "shop/client.py": file_facts(
                "x\n" * 40,
                [
                    hidden.model_copy(update={"public": False}),
                    method("BaseClient.build", 3),
                    method("BaseClient.get", 4),
                    method("BaseClient._send", 5),
                    class_("class Client(BaseClient, metaclass=Meta, Protocol[T])", (20, 30)),
                    method("Client.get", 21),
                ],
                imports=[
                    Import(target=".base", names=("Closing",), line=1),
                    Import(target="typing", names=("Protocol",), line=2),
                ],
            ),
        },
        edges=[ImportEdge(source="shop/client.py", target="shop/base.py", line=1)],
    )


def test_a_class_has_the_public_members_of_the_classes_that_it_extends() -> None:
    facts = shop()
    client = next(each for each in facts.files["shop/client.py"].symbols if each.name == "Client")

    found = [
        (each.path, each.base.name, [one.short_name for one in each.members])
        for each in Inheritance(facts).of("shop/client.py", client)
    ]

    assert found == [
        ("shop/client.py", "BaseClient", ["build"]),
        ("shop/base.py", "Closing", ["close"]),
    ]


def test_the_page_of_a_class_links_what_it_inherits() -> None:
    facts = shop()
    spec = next(each for each in plan_reference(facts) if "shop/client.py" in each.subjects)

    page = write_reference(spec, facts, ORIGIN).markdown

    line = next(line for line in page.split("\n") if line.startswith("Inherited from"))
    assert line.startswith("Inherited from [`BaseClient`](")
    assert "client.py#L1-L9): [`build`](" in line
