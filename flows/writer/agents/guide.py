"""What the owners of a repository ask of its documentation, as a block of a prompt."""

import json

from app.domain.wiki.configuration.config import Config, Detail
from flows.writer.agents.fence import fence

GUIDE = "OWNERS"


def guide_of(config: Config) -> str:
    """Quote style and instructions of the documented branch; nothing when none are given.

    The owners' words are trusted more than evidence, and less than the rules of the prompts.
    """
    style = config.style
    said = {
        "audience": style.audience,
        "tone": style.tone,
        "detail": style.detail.value if style.detail is not Detail.NORMAL else "",
        "language of the prose": style.language,
        "instructions": config.instructions,
    }
    told = {key: text for key, text in said.items() if text.strip()}
    return fence(GUIDE, json.dumps(told, ensure_ascii=False)) if told else ""
