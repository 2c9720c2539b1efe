"""The agents' standing orders, one Markdown file a role; shipped with the package."""

import hashlib
from importlib import resources


def read_prompt(name: str) -> str:
    """Return the standing orders of a role."""
    return resources.files(__name__).joinpath(f"{name}.md").read_text("utf-8")


def digest_of_prompts() -> str:
    """Return a digest of all prompts: a part of the recipe by which pages are stamped."""
    found = hashlib.sha256()
    for each in sorted(resources.files(__name__).iterdir(), key=lambda each: each.name):
        if each.name.endswith(".md"):
            found.update(each.name.encode())
            found.update(each.read_bytes())
    return found.hexdigest()[:16]
