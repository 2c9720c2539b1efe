import socket

import pytest

from app.mcp.http import own_names
from app.settings import McpSettings


def test_a_server_on_loopback_has_no_further_name() -> None:
    assert own_names(McpSettings()) == ["127.0.0.1"]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", ""])  # noqa: S104 - recognised, not bound
def test_a_server_at_every_address_has_the_machines_name_and_not_the_wildcards(host: str) -> None:
    assert own_names(McpSettings(host=host)) == [socket.gethostname()]


def test_names_that_are_set_are_added() -> None:
    settings = McpSettings(host="10.0.0.7", names=" docs.example.org, mcp ,")
    assert own_names(settings) == ["10.0.0.7", "docs.example.org", "mcp"]
