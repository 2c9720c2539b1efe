"""An author for the scripted model server that also writes stale sections again."""

import json
from typing import Any

from tests.fakes.model_author import answer_well, block, schema_fields
from tests.fakes.model_server import Reply, Request, user_turn

ORDER = "<<<SECTIONS "


def answer(request: Request) -> Reply:
    """Write the sections that a prompt orders; answer anything else as a good author does."""
    prompt = user_turn(request)
    if ORDER not in prompt or "feedback" in schema_fields(request):
        return answer_well(request)
    ordered = json.loads(block(prompt, "SECTIONS"))["sections"]
    briefing = json.loads(block(prompt, "BRIEFING"))
    known = [each["id"] for each in briefing["evidence"]]
    written = {each["heading"]: _said(each, known) for each in ordered}
    leads = [each["heading"] for each in ordered if each["answer_in"] == "summary"]
    sections = [
        {"heading": heading, "text": text, "snippets": [], "diagrams": []}
        for heading, text in written.items()
        if heading not in leads
    ]
    return Reply({"summary": "".join(written[each] for each in leads), "sections": sections})


def _said(ordered: dict[str, Any], known: list[str]) -> str:
    """Say one sentence for each that is not true any more."""
    cited = dict.fromkeys(each["now"] or known[0] for each in ordered["stale"])
    return "\n".join(f"- What it does now is in the code [{each}]." for each in cited or known[:1])
