"""On a GitHub Enterprise Server nothing is asked elsewhere, and no link leads elsewhere."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.e2e.shop import DISCOUNTS, FILES, SHOP
from tests.e2e.town import Town, open_town

HERE = {"127.0.0.1", "localhost", None}
PREFIX = "/api/v3"


class Watch:
    """Sees to whom this process opens connections, while it is told to look."""

    def __init__(self) -> None:
        self.looking = False
        self.elsewhere: list[str] = []
        sys.addaudithook(self._note)

    def _note(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.looking or event not in {"socket.connect", "socket.getaddrinfo"}:
            return
        host = arguments[0] if event == "socket.getaddrinfo" else _host(arguments[1])
        if host not in HERE:
            self.elsewhere.append(str(host))

    @contextmanager
    def look(self) -> Iterator[None]:
        """Look as long as the block takes."""
        self.looking = True
        try:
            yield
        finally:
            self.looking = False


def _host(address: object) -> object:
    """Name the host of a socket's address; a path is of this machine."""
    return address[0] if isinstance(address, tuple) else None


def said(town: Town) -> list[str]:
    """List all that AutoDoc wrote where people read it."""
    texts = [str(pull["body"]) for pull in town.github.pulls(SHOP)]
    for pull in town.github.pulls(SHOP):
        texts += [str(each["body"]) for each in town.github.comments(SHOP, pull["number"])]
    texts += [str(each["output"]) for each in town.github.check_runs(SHOP)]
    pages = town.github.files(SHOP, "autodoc/main")
    return texts + [
        text.decode() for path, text in pages.items() if path.startswith("docs/autodoc/")
    ]


async def test_nothing_leads_away_from_the_server_that_the_operator_named(
    folder: Path, database_url: str
) -> None:
    watch = Watch()
    with watch.look():
        async with open_town(folder, database_url) as town:
            await town.github.add_repository(SHOP, FILES)
            await town.github.install("octo", [SHOP])
            await town.quiet()
            [pull] = town.github.pulls(SHOP)
            await town.github.merge(SHOP, pull["number"])
            await town.github.push(SHOP, "main", {"shop/discounts.py": DISCOUNTS}, "Add discounts")
            await town.quiet()
            await town.github.comment(SHOP, pull["number"], "octocat", "/autodoc status")
            await town.quiet()
            texts = said(town)
            asked = [each for each in town.github.requests if each.operation]
    assert watch.elsewhere == []
    assert asked
    assert {each.prefix for each in asked} == {PREFIX}
    links = {link for text in texts for link in re.findall(r"https?://[^\s)\"'>\]]+", text)}
    assert links
    assert {urlsplit(link).netloc for link in links} == {urlsplit(town.github.url).netloc}
    assert not any("github.com" in text for text in texts)
