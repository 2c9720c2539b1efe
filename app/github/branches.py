"""The names of the branches that AutoDoc writes."""

OUR_FOLDER = "autodoc"


def branch_for(base: str) -> str:
    """Name the branch that proposes documentation for a base branch."""
    return f"{OUR_FOLDER}/{base}"


def is_ours(branch: str) -> bool:
    """Say whether a branch is one that AutoDoc writes."""
    return branch.startswith(f"{OUR_FOLDER}/")
