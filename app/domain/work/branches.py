"""Which branches of a repository are documented."""

import fnmatch
from collections.abc import Sequence

OWN_BRANCHES = "autodoc/"


def is_documented(branch: str, globs: Sequence[str], default: str) -> bool:
    """Say whether a branch fits the globs of the configuration; without any, the default does."""
    if branch.startswith(OWN_BRANCHES):
        return False
    return any(fnmatch.fnmatchcase(branch, each) for each in globs) if globs else branch == default
