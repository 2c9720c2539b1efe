"""What a page was made by, as one hash: AutoDoc's version, the prompts, the models."""

import hashlib
from collections.abc import Iterable
from importlib.resources import files

from app import VERSION


def recipe_of(models: Iterable[str | None]) -> str:
    """Hash everything but the commit that decides what a page says."""
    parts = [VERSION, *(model or "local" for model in models), *prompt_texts()]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def prompt_texts() -> list[str]:
    """Read the prompts in the order of their names."""
    folder = files("flows.writer.agents") / "prompts"
    prompts = sorted(folder.iterdir(), key=lambda each: each.name)
    return [each.read_text(encoding="utf-8") for each in prompts if each.name.endswith(".md")]
