"""What pages tell of files can be told again as long as nobody changes it."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Literal

import pytest

from app.analysis.facts import BlobEntry, MemoryFactCache
from app.analysis.inventory import Limits
from app.analysis.repository import read_repository
from app.analysis.telling import told_in
from app.domain.code.change import Changes, FileNow
from app.domain.code.facts import RepositoryFacts
from app.domain.code.verdict import Cause, Verdict
from app.domain.value import Value
from app.domain.wiki.citing import symbols_of
from app.domain.wiki.impact import PageImpact
from app.domain.wiki.judging import judge_page
from app.domain.wiki.narrative.brief import brief
from app.domain.wiki.narrative.local import compose
from app.domain.wiki.narrative.plan import plan_narrative
from app.domain.wiki.page import Page, RenderedPage
from app.domain.wiki.record import PageRecord
from app.domain.wiki.reference.pages import plan_reference, write_reference
from app.domain.wiki.render import Origin, render_page

ORIGIN = Origin(commit="c" * 40, base="https://x.org/o/r/blob/c/")
TEXTS = {
    "README.md": "# Shop\n\nShop sells what carts hold, to anybody who asks for it.\n",
    "CONTRIBUTING.md": "# How to help\n\nAsk us.\n",
    "Makefile": "test: ## Run all tests\n\tpytest\n",
    "pyproject.toml": '[project]\nname = "shop"\nrequires-python = ">=3.11"\n'
    'description = "A shop."\n\n[project.scripts]\nshop = "shop.cli:main"\n',
    "compose.yaml": "services:\n  db:\n    image: postgres:16\n    ports:\n      - 5432:5432\n",
    ".github/workflows/ci.yml": "name: ci\non: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n"
    "    steps:\n      - run: make test\n",
    "shop/__init__.py": '"""A shop for everybody."""\n\nfrom shop.cart import Cart\n',
    "shop/cart.py": '"""Carts."""\n\n\nclass Cart:\n    """Holds goods."""\n\n'
    '    def total(self, tax=0.2):\n        """Add up."""\n        return tax\n',
    "shop/cli.py": '"""The command line."""\n\nimport argparse\nimport os\n\n'
    'from shop.cart import Cart\n\nTOKEN = os.environ.get("SHOP_TOKEN", "none")\n\n\n'
    "def main():\n    parser = argparse.ArgumentParser()\n"
    '    parser.add_argument("--tax", default=2, help="The tax.")\n    print(Cart())\n',
    "shop/web.py": '"""The site."""\n\nfrom flask import Flask\n\nfrom shop.cart import Cart\n\n'
    'app = Flask(__name__)\n\n\n@app.get("/carts")\ndef carts():\n    """List carts."""\n'
    "    return Cart()\n",
    "tests/test_cart.py": '"""Carts add up."""\n\nfrom shop.cart import Cart\n\n\n'
    "def test_a_cart_adds_up():\n    assert Cart().total(0) == 0\n",
}


class Entry(Value):
    path: str
    size: int
    kind: Literal["file", "executable", "symlink", "submodule"] = "file"

    @property
    def blob_id(self) -> str:
        return self.path


class Commit:
    """A commit that nobody made."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.commit = "c" * 40
        self._texts = texts

    async def entries(self) -> Sequence[BlobEntry]:
        return [Entry(path=path, size=len(text)) for path, text in sorted(self._texts.items())]

    async def read(self, blob_ids: Sequence[str]) -> Mapping[str, bytes]:
        return {each: self._texts[each].encode() for each in blob_ids}

    async def attributes(
        self, paths: Sequence[str], names: Collection[str]
    ) -> Mapping[str, Mapping[str, str]]:
        del paths, names
        return {}


def facts_of(texts: Mapping[str, str]) -> RepositoryFacts:
    told: list[tuple[int, int]] = []

    def report(done: int, total: int) -> None:
        told.append((done, total))

    reading = read_repository(Commit(texts), "shop", MemoryFactCache(), Limits(), report)
    return asyncio.run(reading).facts


@cache
def pages() -> tuple[RenderedPage, ...]:
    facts = facts_of(TEXTS)
    found = [write_reference(spec, facts, ORIGIN) for spec in plan_reference(facts)]
    for spec in plan_narrative(facts).pages:
        briefing = brief(spec, facts)
        page = Page(spec=spec, draft=compose(briefing), evidence=briefing.evidence, writer="local")
        symbols = symbols_of(page.evidence, facts)
        found.append(render_page(page, ORIGIN, TEXTS, "r1", symbols))
    return tuple(found)


def impacts(texts: Mapping[str, str]) -> dict[str, PageImpact]:
    """Judge all pages by digests alone, as in a clone that knows no older commit."""
    facts = facts_of(texts)
    files = {
        path: FileNow(
            path=path,
            symbols={each.name: each for each in file.symbols} if file else {},
            told=told_in(path, text, file),
            text=text,
        )
        for path, text in texts.items()
        for file in [facts.files.get(path)]
    }
    changes = Changes(base="", head="h", files={path: files.get(path) for path in TEXTS})
    return {
        page.spec.id: judge_page(
            PageRecord(spec=page.spec, digest="", sections=page.sections, writer=page.writer),
            page.markdown,
            changes,
            {},
        )
        for page in pages()
    }


def reasons(found: Mapping[str, PageImpact]) -> set[tuple[str, str, Verdict, Cause]]:
    return {
        (page.id, section.heading, reason.verdict, reason.cause)
        for page in found.values()
        for section in page.sections
        for reason in section.reasons
        if reason.verdict is not Verdict.RELOCATED
    }


def test_pages_of_an_unchanged_commit_are_fresh() -> None:
    found = impacts(TEXTS)

    assert {each.verdict for each in found.values()} == {Verdict.FRESH}
    assert {"home", "architecture", "commands", "environment", "routes"} <= found.keys()


def test_pages_of_moved_lines_are_relocated() -> None:
    moved = {
        path: f"# one\n# two\n{text}" if path.endswith(".py") else text
        for path, text in TEXTS.items()
    }

    assert reasons(impacts(moved)) == set()


@pytest.mark.parametrize(
    ("path", "old", "new", "page", "heading"),
    [
        ("Makefile", "Run all tests", "Run some tests", "home", "Make targets"),
        ("pyproject.toml", "3.11", "3.12", "home", "Packages"),
        ("pyproject.toml", "cli:main", "web:main", "home", "Commands"),
        ("compose.yaml", "postgres:16", "postgres:17", "home", "Services"),
        ("CONTRIBUTING.md", "How to help", "Helping", "home", "The project's own documents"),
        ("README.md", "sells", "buys", "home", "Shop"),
        (".github/workflows/ci.yml", "make test", "make check", "home", "What CI runs"),
        ("shop/cli.py", '"none"', '"some"', "environment", "Read by the code"),
        ("shop/cli.py", "default=2", "default=3", "commands", "shop (shop/cli.py)"),
        ("shop/web.py", '"/carts"', '"/basket"', "routes", "shop/web.py"),
        ("tests/test_cart.py", "add up", "sum", "subsystem-shop", "Tests to run after a change"),
    ],
)
def test_what_a_form_tells_goes_stale_with_it(
    path: str, old: str, new: str, page: str, heading: str
) -> None:
    changed = TEXTS[path].replace(old, new)
    found = reasons(impacts(TEXTS | {path: changed}))

    assert changed != TEXTS[path]
    assert (page, heading, Verdict.STALE, Cause.TEXT) in found
