"""An author for the scripted model server: it writes from the facts of its prompt.

It reads the prompt as a model would, and shares no code with the local writer.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from tests.fakes.model_server import Reply, Request, user_turn

Fact = Mapping[str, Any]

_BLOCK = r"^<<<{label} (\w+)\n(.*?)\n{label} \1>>>$"
_SAYS = {
    "module": "`{name}` is where this lives",
    "symbol": "`{name}` is part of it",
    "manifest": "The package is called `{name}`",
    "dependency": "It needs `{name}`",
    "command": "Run `{name}` on the command line",
    "target": "`{name}` is a Make target",
    "variable": "The environment variable `{name}` changes what it does",
    "import": "`{name}` imports `{detail}`",
    "test": "`{name}` tests it",
}
MARK = 8.0
MOST_FACTS = 60


def answer_well(request: Request) -> Reply:
    """Answer a page's, a structure's or a critic's prompt."""
    fields = schema_fields(request)
    prompt = user_turn(request)
    if "feedback" in fields:
        return Reply({name: "good" if name == "feedback" else MARK for name in fields})
    if "pages" in fields:
        return Reply(structure_from(json.loads(block(prompt, "PROPOSAL"))))
    return Reply(page_from(json.loads(block(prompt, "BRIEFING"))), output_tokens=600)


def schema_fields(request: Request) -> list[str]:
    """List the fields that the answer must have."""
    asked = request.get("response_format") or {}
    return list(asked.get("json_schema", {}).get("schema", {}).get("properties", {}))


def block(prompt: str, label: str) -> str:
    """Return what a prompt quotes under a label."""
    found = re.search(_BLOCK.format(label=label), prompt, re.DOTALL | re.MULTILINE)
    if found is None:
        raise ValueError(f"the prompt has no block {label}")
    return found[2]


def page_from(briefing: Mapping[str, Any]) -> dict[str, Any]:
    """Write a page: an opening, then the facts by kind."""
    facts: list[Fact] = briefing["facts"][:MOST_FACTS]
    title = briefing["spec"]["title"]
    opening = next(
        (f"This page is about what [{fact['evidence']}] shows." for fact in facts),
        "Nothing is known.",
    )
    kinds = [
        ("How it is made", ("module", "symbol", "import")),
        ("How it is used", ("command", "target", "variable")),
        ("What it stands on", ("manifest", "dependency", "test")),
    ]
    sections = [
        section(heading, [fact for fact in facts if fact["form"] in forms])
        for heading, forms in kinds
    ]
    written = [each for each in sections if each["text"]]
    return {
        "summary": opening,
        "sections": written or [{**section(title, ()), "text": opening}],
    }


def section(heading: str, facts: Iterable[Fact]) -> dict[str, Any]:
    """Write one sentence a fact."""
    said = [
        f"- {_SAYS[fact['form']].format_map(fact)} [{fact['evidence']}]."
        for fact in facts
        if "`" not in fact["name"] + fact.get("detail", "")
    ]
    return {"heading": heading, "text": "\n".join(said), "snippets": [], "diagrams": []}


def structure_from(proposal: Mapping[str, Any]) -> dict[str, Any]:
    """Keep the proposal: a machine that only knows paths cannot do better."""
    kept = ("id", "title", "section", "purpose", "subjects")
    return {
        "title": proposal["title"],
        "pages": [{name: page[name] for name in kept} for page in proposal["pages"]],
    }
