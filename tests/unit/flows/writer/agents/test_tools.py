from collections.abc import Mapping

import pytest

from flows.writer.agents.files import Files, Register
from flows.writer.agents.tools import MAX_CHARACTERS, MAX_LINES, Tools
from tests.fakes.shop import BRIEFING, FACTS, SOURCES, ShopBlobs, blob_id


def desk(sources: Mapping[str, str] = SOURCES) -> tuple[Tools, Register]:
    ids = {path: blob_id(text) for path, text in sources.items()}
    register = Register(BRIEFING)
    return Tools(Files(ShopBlobs(sources), ids, FACTS), register), register


async def test_folders_are_listed_with_a_slash() -> None:
    tools, _ = desk()
    assert await tools.list_directory("") == {"entries": ["README.md", "shop/"], "left_out": 0}
    assert await tools.list_directory("./shop/") == {
        "entries": ["cart.py", "mail.py"],
        "left_out": 0,
    }


@pytest.mark.parametrize("path", ["..", "../shop", "/etc", "shop/../..", "nowhere", "sho"])
async def test_there_is_nothing_outside_the_commit(path: str) -> None:
    tools, _ = desk()
    assert "error" in await tools.list_directory(path)
    assert "error" in await tools.read_file(f"{path}/passwd", 1, 10)


async def test_lines_that_were_read_are_evidence() -> None:
    tools, register = desk()
    answer = await tools.read_file("shop/cart.py", 7, 3)
    assert answer["evidence"] == "E3"
    assert answer["lines_of_file"] == 9
    assert answer["text"].startswith("7:     def total(self)")
    [evidence] = register.read
    assert (evidence.path, evidence.first_line, evidence.last_line) == ("shop/cart.py", 7, 9)
    assert evidence.symbol == "Cart.total"
    assert evidence.digests is not None
    assert evidence.digests.code == "c2"


async def test_lines_outside_all_symbols_are_evidence_by_their_text() -> None:
    tools, register = desk()
    await tools.read_file("shop/mail.py", 1, 100)
    [evidence] = register.read
    assert (evidence.symbol, evidence.last_line) == ("", 3)
    assert evidence.digests is not None
    assert evidence.digests.code == evidence.digests.wording


async def test_lines_read_twice_keep_their_id() -> None:
    tools, register = desk()
    first = await tools.read_file("README.md", 1, 2)
    other = await tools.read_file("README.md", 1, 1)
    again = await tools.read_file("/README.md", 1, 2)
    assert (first["evidence"], other["evidence"], again["evidence"]) == ("E3", "E4", "E3")
    assert len(register.read) == 2


async def test_names_that_were_read_may_be_used() -> None:
    tools, register = desk()
    assert register.widened() is BRIEFING
    await tools.read_file("shop/mail.py", 1, 3)
    assert {"FROM", "shop/mail.py"} <= register.widened().names
    assert [each.id for each in register.widened().evidence] == ["E1", "E2", "E3"]


@pytest.mark.parametrize(("path", "first"), [("shop", 1), ("shop/none.py", 1), ("README.md", 4)])
async def test_a_wrong_place_is_an_answer_not_an_error(path: str, first: int) -> None:
    tools, register = desk()
    assert set(await tools.read_file(path, first, 5)) == {"error"}
    assert register.read == ()


async def test_what_is_read_is_capped_and_cleaned() -> None:
    sources = {
        "long.txt": "x\n" * 1000,
        "wide.txt": "y" * 2_000_000,
        "many.txt": ("z" * 999 + "\n") * 200,
        "odd.txt": f"a\x00b\u202ec ghp_{'a1' * 18}\n",
    }
    tools, register = desk(sources)
    assert (await tools.read_file("long.txt", 1, 10**9))["text"].count("\n") == MAX_LINES - 1
    assert len((await tools.read_file("wide.txt", 1, 1))["text"]) < 2_000
    assert len((await tools.read_file("many.txt", 1, 300))["text"]) < MAX_CHARACTERS * 1.1
    assert (await tools.read_file("odd.txt", 1, 1))["text"] == "1: abc (redacted)"
    assert register.read[2].last_line == MAX_CHARACTERS // 999


async def test_text_is_searched_exactly_and_in_folders() -> None:
    tools, _ = desk()
    everywhere = await tools.search_text("hop", "")
    assert [(hit["path"], hit["line"]) for hit in everywhere["hits"]] == [
        ("README.md", 1),
        ("README.md", 3),
        ("shop/cart.py", 1),
        ("shop/mail.py", 3),
    ]
    inside = await tools.search_text("hop", "shop")
    assert [hit["path"] for hit in inside["hits"]] == ["shop/cart.py", "shop/mail.py"]
    assert (await tools.search_text("HOP", ""))["hits"] == []
    assert "error" in await tools.search_text(" a", "")


async def test_an_outline_shows_signatures() -> None:
    tools, _ = desk()
    outline = await tools.outline("shop/cart.py")
    assert [(s["name"], s["lines"]) for s in outline["symbols"]] == [
        ("Cart", "4-9"),
        ("Cart.total", "7-9"),
    ]
    assert "error" in await tools.outline("README.md")


async def test_a_blob_that_is_missing_is_an_answer() -> None:
    class Forgetful:
        async def read(self, blob_ids: object) -> dict[str, bytes]:
            assert blob_ids == ["1"]
            return {}

    tools = Tools(Files(Forgetful(), {"a.txt": "1"}, {}), Register(BRIEFING))
    assert "error" in await tools.read_file("a.txt", 1, 1)
    assert (await tools.search_text("abc", ""))["hits"] == []


def test_without_files_there_are_no_tools() -> None:
    assert Tools(Files(ShopBlobs(), {}, {}), Register(BRIEFING)).all() == []
