from app.domain.code.facts import FileFacts, Import, ImportEdge, RepositoryFacts
from app.domain.code.symbol import Parameter, SymbolKind
from app.domain.wiki.brief import brief
from app.domain.wiki.briefing import FactForm
from app.domain.wiki.narrative import plan_narrative, with_way
from app.domain.wiki.walk import WALK, Call
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
    return Files(ShopBlobs(SOURCES), ids, facts.files)


async def test_calls_are_read_from_the_syntax_and_not_from_comments() -> None:
    reader = CallReader(files_of(shop()))

    await reader.read(["shop/web.py", "shop/nowhere.py"])

    assert reader.known["shop/web.py"] == (
        Call(line=7, target="self.answer"),
        Call(line=10, target="environ.close"),
        Call(line=11, target="add"),
        Call(line=12, target="add"),
    )
    assert reader.known["shop/nowhere.py"] == ()


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
