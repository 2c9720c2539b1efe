import pytest

from app.domain.code.facts import FileFacts, Import, ImportEdge
from app.domain.code.symbol import Parameter, SymbolKind
from app.domain.wiki.narrative.brief import brief
from app.domain.wiki.narrative.briefing import Fact, FactForm
from app.domain.wiki.narrative.call_targets import Call, Definitions
from app.domain.wiki.narrative.local import compose
from app.domain.wiki.narrative.plan import plan_narrative, with_way
from app.domain.wiki.narrative.walk import WALK, Way, follow, starts
from app.domain.wiki.page import WikiStructure
from tests.fakes.facts import file_facts, repository, symbol

ENVIRON = tuple(Parameter(name=name) for name in ("self", "environ", "start_response"))
WEB = [
    symbol("App", SymbolKind.CLASS, (1, 30), signature="class App(Base)"),
    symbol("App.__call__", SymbolKind.METHOD, (2, 4), parameters=ENVIRON, doc="Answers WSGI."),
    symbol("App.answer", SymbolKind.METHOD, (5, 12)),
]
FILES = {
    "shop/web.py": file_facts(
        "x\n" * 30,
        WEB,
        imports=[
            Import(target="shop.base", names=("Base",), line=1),
            Import(target="shop.cart", names=("Cart",), line=2),
        ],
    ),
    "shop/base.py": file_facts(
        "x\n" * 20,
        [
            symbol("Base", SymbolKind.CLASS, (1, 20)),
            symbol("Base.find", SymbolKind.METHOD, (2, 9), doc="Finds the page."),
        ],
    ),
    "shop/cart.py": file_facts(
        "x\n" * 20,
        [
            symbol("Cart", SymbolKind.CLASS, (1, 20)),
            symbol("Cart.__init__", SymbolKind.METHOD, (2, 9)),
            symbol("add", lines=(12, 15)),
        ],
    ),
}
EDGES = (
    ImportEdge(source="shop/web.py", target="shop/base.py", line=1),
    ImportEdge(source="shop/web.py", target="shop/cart.py", line=2),
)
FACTS = repository(FILES, edges=EDGES)
CALLS = {
    "shop/web.py": (
        Call(line=3, target="self.answer"),
        Call(line=6, target="self.find"),
        Call(line=7, target="Cart"),
        Call(line=8, target="nobody.knows"),
    ),
    "shop/base.py": (),
    "shop/cart.py": (Call(line=4, target="add"),),
}


def way() -> Way:
    start = next(each for each in starts(FACTS) if each.is_request)
    return follow(start, Definitions(FACTS.files, FACTS.edges), CALLS)


def structure() -> WikiStructure:
    return with_way(plan_narrative(FACTS), way())


def test_a_request_is_followed_through_members_bases_imports_and_constructors() -> None:
    assert [step.subject for step in way().steps] == [
        "shop/web.py:App.__call__",
        "shop/web.py:App.answer",
        "shop/base.py:Base.find",
        "shop/cart.py:Cart",
        "shop/cart.py:add",
    ]
    assert way().unread == frozenset()


def test_files_whose_calls_are_not_known_are_asked_for() -> None:
    start = starts(FACTS)[0]

    assert follow(start, Definitions(FACTS.files), {}).unread == {"shop/web.py"}


def test_a_parameter_that_is_called_is_not_taken_for_the_function_of_that_name() -> None:
    caller = symbol(
        "App.__call__", SymbolKind.METHOD, (2, 4), parameters=(*ENVIRON, Parameter(name="Cart"))
    )
    files: dict[str, FileFacts] = {
        **FILES,
        "shop/web.py": FILES["shop/web.py"].model_copy(update={"symbols": (WEB[0], caller)}),
    }
    facts = repository(files, edges=EDGES)
    calls = {**CALLS, "shop/web.py": (Call(line=3, target="Cart"),)}

    way = follow(starts(facts)[0], Definitions(facts.files, facts.edges), calls)
    assert [step.subject for step in way.steps] == ["shop/web.py:App.__call__"]


def test_a_method_of_what_the_head_of_a_go_function_declares_is_that_of_its_type() -> None:
    head = "func (c *Cmd) Execute(t pkg.Other) (cmd *Cmd, err error)"
    caller = symbol("Cmd.Execute", SymbolKind.METHOD, (1, 9), signature=head).model_copy(
        update={"returns": "(cmd *Cmd, err error)"}
    )
    parameter = Parameter(name="t", annotation="pkg.Other")
    caller = caller.model_copy(update={"parameters": (parameter,)})
    run = symbol("Cmd.run", SymbolKind.METHOD, (11, 19))
    files = {
        "cmd.go": file_facts(symbols=[caller]).model_copy(update={"language": "go"}),
        "run.go": file_facts(symbols=[run]).model_copy(update={"language": "go"}),
    }
    code = Definitions(files)
    place = code.find("cmd.go", "Cmd.Execute")
    assert place is not None
    calls = [Call(line=n, target=f"{head}.run") for n, head in enumerate(("cmd", "t", "err"), 2)]

    assert [(line, each.subject) for line, each in code.called(place, calls)] == [
        (2, "run.go:Cmd.run")
    ]


def test_the_page_lists_the_steps_in_order_with_their_calls() -> None:
    spec = next(page for page in structure().pages if page.id == WALK)
    told = brief(spec, FACTS)
    call = Fact(
        evidence=told.facts[0].evidence,
        form=FactForm.CALL,
        name="App.__call__",
        detail="App.answer",
        caller=told.facts[0].evidence,
        target=told.facts[1].evidence,
    )

    draft = compose(told.model_copy(update={"facts": (*told.facts, call)}))

    (section,) = draft.sections
    lines = section.text.splitlines()
    assert lines[0] == "1. `App.__call__` [E1]: Answers WSGI. It calls `App.answer` [E1]."
    assert lines[2] == "3. `Base.find` [E3]: Finds the page."
    assert section.diagram is not None
    assert len(section.diagram.edges) == 1


def test_without_a_way_there_is_no_page() -> None:
    plan = plan_narrative(FACTS)

    assert with_way(plan, None) == plan


@pytest.mark.parametrize(
    ("language", "name", "signature", "found"),
    [
        ("java", "Shop.main", "public static void main(String[] args)", 1),
        ("java", "Shop.main", "public void main(String[] args)", 0),
        ("java", "Shop.domain", "static void domain()", 0),
        ("c_sharp", "Program.Main", "static async Task<int> Main(string[] args)", 1),
        ("kotlin", "Shop.main", "fun main(args: Array<String>)", 1),
        ("python", "Shop.main", "def main(self)", 0),
    ],
)
def test_a_program_starts_in_the_main_method_of_any_class(
    language: str, name: str, signature: str, found: int
) -> None:
    method = symbol(name, SymbolKind.METHOD, (2, 9), signature=signature)
    file = file_facts("x\n" * 9, [method.model_copy(update={"public": False})])
    facts = repository({"src/Shop": file.model_copy(update={"language": language})})

    assert [each.label for each in starts(facts)] == [name] * found
