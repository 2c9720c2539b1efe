import pytest

from app.domain.code.facts import FileFacts, Import, ImportEdge, RepositoryFacts
from app.domain.code.symbol import Parameter, SymbolKind
from app.domain.wiki.narrative.brief import brief
from app.domain.wiki.narrative.briefing import FactForm
from app.domain.wiki.narrative.call_targets import Call, Definitions, Place
from app.domain.wiki.narrative.local import compose
from app.domain.wiki.narrative.plan import plan_narrative, with_way
from app.domain.wiki.narrative.walk import WALK, Start, follow
from flows.writer.agents.calls import CallReader
from flows.writer.agents.files import Files
from flows.writer.agents.page_generator import with_calls
from tests.fakes.facts import file_facts, repository, symbol
from tests.fakes.shop import ShopBlobs, blob_id

WEB = """\
from shop.cart import add


class App:
    def __call__(self, environ, start_response):
        # self.close() is not called, nor is "self.close()".
        return self.answer(environ)

    def answer(self, environ):
        environ.close()
        add(environ)
        add(environ)

    def close(self):
        pass
"""
CART = "def add(item):\n    check(item)\n\n\ndef check(item):\n    return str(item)\n"
SOURCES = {"shop/web.py": WEB, "shop/cart.py": CART}


def shop() -> RepositoryFacts:
    names = ("self", "environ", "start_response")
    method = SymbolKind.METHOD
    web = [
        symbol("App", SymbolKind.CLASS, (4, 15)),
        symbol("App.__call__", method, (5, 7), parameters=[Parameter(name=each) for each in names]),
        symbol("App.answer", method, (9, 12)),
        symbol("App.close", method, (14, 15)),
    ]
    cart = [symbol("add", lines=(1, 2)), symbol("check", lines=(5, 6))]
    taken = [Import(target="shop.cart", names=("add",), line=1)]
    edges = [ImportEdge(source="shop/web.py", target="shop/cart.py", line=1)]
    files: dict[str, FileFacts] = {
        "shop/cart.py": file_facts(CART, cart),
        "shop/web.py": file_facts(WEB, web, imports=taken),
    }
    return repository(files, texts=SOURCES, edges=edges)


def files_of(facts: RepositoryFacts) -> Files:
    ids = {path: blob_id(text) for path, text in SOURCES.items()}
    return Files(ShopBlobs(SOURCES), ids, facts.files, facts.edges)


async def test_calls_are_read_from_the_syntax_and_not_from_comments() -> None:
    reader = CallReader(files_of(shop()))

    await reader.read(["shop/web.py", "shop/nowhere.py"])

    assert reader.known["shop/web.py"] == (
        Call(line=7, target="self.answer"),
        Call(line=11, target="add"),
        Call(line=12, target="add"),
    )
    assert reader.known["shop/nowhere.py"] == ()


@pytest.mark.parametrize(
    ("path", "source", "found"),
    [
        ("a.py", "def go():\n    run = Child().go\n    run()\n    serve()\n", ["Child", "serve"]),
        ("a.py", "def go():\n    for run in jobs():\n        run()\n", ["jobs"]),
        ("a.py", "def go():\n    with a() as wire:\n        wire.send()\n", ["a"]),
        ("a.py", "def go():\n    def run():\n        pass\n    run()\n", []),
        ("a.py", "def go(*run, key=None):\n    run()\n    self.x = key()\n    x()\n", ["x"]),
        ("a.py", "def go():\n    from b import run\n    run()\n", ["run"]),
        ("a.py", "def go():\n    from b import run\n    run()\n\ndef run():\n    pass\n", []),
        ("a.py", "def go():\n    run()\n\ndef other():\n    run = 1\n", ["run"]),
        ("a.ts", "function go(send: F) { const { run } = x(); run(); send(); y() }", ["x", "y"]),
        ("a.js", "function go() { jobs.map(run => run()); this.run() }", ["jobs.map", "this.run"]),
        ("a.go", "func (s *S) Go(f F) { run := s.Make(); run(); f(); wire.Send() }",
         ["s.Make", "wire.Send"]),
        ("a.go", "func Go(c *Cmd) (d *Cmd) { d = c.Find(); d.Run(); d() }", ["c.Find", "d.Run"]),
        ("a.go", "func Go(c *Cmd) { each(func(c T) { c.Run() }) }", ["each"]),
        ("a.go", "func Go(c *Cmd) { switch c := x.(type) { case T: c.Run() } }", []),
        ("a.rs", "fn go(x: wire::F) { let run = a(); run(); wire::send(|f| f()) }",
         ["a", "wire.send"]),
        ("A.java", "class A { void go(W w) { var r = a(); r.run(); w.x(); this.b(); } }",
         ["a", "this.b"]),
    ],
)  # fmt: skip
async def test_a_call_of_a_local_variable_is_no_call_of_the_function_of_that_name(
    path: str, source: str, found: list[str]
) -> None:
    languages = {"py": "python", "js": "javascript", "ts": "typescript", "rs": "rust"}
    ending = path.rpartition(".")[2]
    facts = file_facts(source).model_copy(update={"language": languages.get(ending, ending)})
    reader = CallReader(Files(ShopBlobs({path: source}), {path: blob_id(source)}, {path: facts}))

    await reader.read([path])

    assert [each.target for each in reader.known[path]] == found


async def test_a_local_variable_is_followed_to_nothing_and_super_to_the_class_above() -> None:
    source = (
        "class Base:\n    def go(self):\n        run()\n\n"
        "class Child(Base):\n    def go(self):\n        super().go()\n\n"
        "def run():\n    pass\n"
    )
    method = SymbolKind.METHOD
    symbols = [
        symbol("Base", SymbolKind.CLASS, (1, 3)),
        symbol("Base.go", method, (2, 3)),
        symbol("Child", SymbolKind.CLASS, (5, 7), signature="class Child(Base)"),
        symbol("Child.go", method, (6, 7)),
        symbol("run", lines=(9, 10)),
    ]
    facts = {"a.py": file_facts(source, symbols)}
    reader = CallReader(Files(ShopBlobs({"a.py": source}), {"a.py": blob_id(source)}, facts))
    await reader.read(["a.py"])
    code = Definitions(facts)
    child = code.find("a.py", "Child.go")
    assert child is not None

    assert [e.subject for _, e in code.called(child, reader.known["a.py"])] == ["a.py:Base.go"]


async def test_two_steps_with_one_name_have_each_their_own_calls() -> None:
    sources = {
        "shop/api.py": "from shop.wire import send as push\nfrom shop import wire\n\n"
        "def send():\n    wire.send()\n    check()\n\ndef check():\n    pass\n",
        "shop/wire.py": "def send():\n    encode()\n\ndef encode():\n    pass\n",
    }
    api = file_facts(
        sources["shop/api.py"],
        [symbol("send", lines=(4, 6)), symbol("check", lines=(8, 9))],
        imports=[Import(target="shop", names=("wire",), line=2)],
    )
    wire = file_facts(
        sources["shop/wire.py"], [symbol("send", lines=(1, 2)), symbol("encode", lines=(4, 5))]
    )
    facts = repository(
        {"shop/api.py": api, "shop/wire.py": wire},
        texts=sources,
        edges=[ImportEdge(source="shop/api.py", target="shop/wire.py", line=2)],
    )
    ids = {path: blob_id(text) for path, text in sources.items()}
    files = Files(ShopBlobs(sources), ids, facts.files, facts.edges)
    reader = CallReader(files)
    await reader.read(sources)
    start = Start(
        label="send",
        is_request=False,
        place=Place(path="shop/api.py", symbol=api.symbols[0]),
    )
    way = follow(start, Definitions(facts.files, facts.edges), reader.known)
    plan = with_way(plan_narrative(facts), way)
    spec = next(page for page in plan.pages if page.id == WALK)

    draft = compose(await with_calls(brief(spec, facts), files))

    (section,) = draft.sections
    lines = section.text.splitlines()
    assert "It calls `send` [E5], `check` [E6]." in lines[0]
    assert "It calls `encode` [E7]." in lines[1]
    assert section.diagram is not None
    labels = {node.id: node.label for node in section.diagram.nodes}
    assert [(labels[e.source], labels[e.target]) for e in section.diagram.edges] == [
        ("send (shop api)", "send (shop wire)"),
        ("send (shop api)", "check"),
        ("send (shop wire)", "encode"),
    ]


async def test_the_way_of_a_request_is_found_and_told_with_the_line_of_each_call() -> None:
    facts = shop()
    files = files_of(facts)
    way = await CallReader(files).best_way(facts)
    plan = with_way(plan_narrative(facts), way)
    spec = next(page for page in plan.pages if page.id == WALK)

    told = await with_calls(brief(spec, facts), files)

    assert spec.title == "The way of one request"
    places = {each.id: each for each in told.evidence}
    calls = [
        (fact.name, fact.detail, places[fact.evidence].first_line)
        for fact in told.facts
        if fact.form is FactForm.CALL
    ]
    assert calls == [
        ("App.__call__", "App.answer", 7),
        ("App.answer", "add", 11),
        ("add", "check", 2),
    ]
