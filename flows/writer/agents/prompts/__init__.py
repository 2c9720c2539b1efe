"""The agents' standing orders, one Markdown file a role; shipped with the package."""

from importlib import resources


def read_prompt(name: str) -> str:
    """Return the standing orders of a role."""
    return resources.files(__name__).joinpath(f"{name}.md").read_text("utf-8")
