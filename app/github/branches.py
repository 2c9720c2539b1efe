"""The names of the branches that AutoDoc writes."""

PREFIX = "autodoc/"


def branch_for(base: str) -> str:
    """Name the branch that proposes documentation for a base branch."""
    return f"{PREFIX}{base}"


def is_ours(branch: str) -> bool:
    """Say whether a branch is one that AutoDoc writes."""
    return branch.startswith(PREFIX)
