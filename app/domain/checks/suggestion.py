"""The name that somebody may have meant."""

import difflib
from collections.abc import Collection

from app.domain.wiki.claims import is_form

_MOST_RIVALS = 2000


def did_you_mean(name: str, names: Collection[str]) -> str:
    """Return `; did you mean …?`, or nothing when no name is near."""
    head = name[:1].lower()
    rivals = sorted(
        each
        for each in names
        if each[:1].lower() == head and abs(len(each) - len(name)) <= 3 and not is_form(each)
    )
    near = difflib.get_close_matches(name, rivals[:_MOST_RIVALS], n=1, cutoff=0.75)
    return f"; did you mean `{near[0]}`?" if near else ""
