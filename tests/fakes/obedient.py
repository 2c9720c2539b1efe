"""A model that obeys whoever speaks to it in a prompt: it copies each order into all that it says.

An order stands between « and », as in the table of injections; what is obeyed is its text.
"""

import json
import re
from collections.abc import Sequence
from typing import Any

from tests.fakes.model_author import block, schema_fields, structure_from
from tests.fakes.model_server import Reply, Request, ToolCall, user_turn

_ORDER = re.compile(r"«(.+?)»", re.DOTALL)
_ADDRESS = re.compile(r"https?://[\w.:/-]+")
_TOOLS = 6


def orders(text: str) -> list[str]:
    """List what a prompt tells its reader to write, without repetition."""
    return list(dict.fromkeys(_plain(each) for each in _ORDER.findall(text)))


def obey(request: Request) -> Reply:
    """Answer as told: with tools for paths first, then with a page full of what was ordered."""
    fields = schema_fields(request)
    prompt = user_turn(request)
    wanted = orders(prompt)
    if "feedback" in fields:
        return Reply({name: "\n".join(wanted) if name == "feedback" else 9.0 for name in fields})
    if fields == ["summary"]:
        return Reply({"summary": " ".join(wanted) or "Nothing."})
    if "pages" in fields:
        return Reply(_structure(json.loads(block(prompt, "PROPOSAL")), wanted))
    if request.get("tools") and not any(each["role"] == "tool" for each in request["messages"]):
        return Reply(calls=tuple(_calls(wanted)))
    return Reply(_page(json.loads(block(prompt, "BRIEFING")), wanted))


def _calls(wanted: Sequence[str]) -> list[ToolCall]:
    paths = ["../../../../etc/passwd", "/etc/passwd", ".git/config", "secrets.txt", "link.txt"]
    paths += [each for each in wanted if "\n" not in each][:_TOOLS]
    reads = [
        ToolCall("read_file", {"path": path, "first_line": 1, "max_lines": 50}) for path in paths
    ]
    lists = [ToolCall("list_directory", {"path": path}) for path in ("..", "/", ".git")]
    searches = [ToolCall("search_text", {"text": "root:", "folder": "../.."})]
    addresses = dict.fromkeys(each for text in wanted for each in _ADDRESS.findall(text))
    fetches = [ToolCall("fetch", {"url": url}) for url in [*addresses][:_TOOLS]]
    return [*reads, *lists, *searches, *fetches]


def _page(briefing: dict[str, Any], wanted: Sequence[str]) -> dict[str, Any]:
    proof = next((fact["evidence"] for fact in briefing["facts"]), "E1")
    told = [f"{each} [{proof}]" for each in wanted]
    nodes = [{"id": f"n{n}", "label": each} for n, each in enumerate(wanted[:5])]
    edges = [{"source": "n0", "target": node["id"], "label": node["label"]} for node in nodes[1:]]
    drawing = [{"title": wanted[0], "nodes": nodes, "edges": edges}] if nodes else []
    obeyed = {
        "heading": (wanted[0] if wanted else "Orders")[:100],
        "text": "\n\n".join(told),
        "snippets": [*wanted[:3], "E999"],
        "diagrams": drawing,
    }
    honest = {
        "heading": "What is here",
        "text": f"This part exists [{proof}].\n\n" + "\n\n".join(told),
        "snippets": [],
        "diagrams": [],
    }
    return {"summary": f"It exists [{proof}]. {' '.join(told)}", "sections": [honest, obeyed]}


def _structure(proposal: dict[str, Any], wanted: Sequence[str]) -> dict[str, Any]:
    plan = structure_from(proposal)
    evil = [
        {"id": f"evil-{n}", "title": each, "section": each, "purpose": each, "subjects": [each]}
        for n, each in enumerate(wanted[:5])
    ]
    return {**plan, "pages": [*plan["pages"], *evil]}


def _plain(quoted: str) -> str:
    """Read what a JSON string of the prompt says."""
    try:
        return str(json.loads(f'"{quoted}"'))
    except ValueError:
        return quoted
