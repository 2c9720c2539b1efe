"""`CODEOWNERS`: who owns which files, as GitHub reads it. Pure.

https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from fnmatch import translate

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
"""The first that is there counts."""
MOST_BYTES = 3_000_000
"""GitHub reads no larger file."""
_MOST_RULES = 5_000
_LONGEST_RULE = 1_000
_ANY_DEPTH = "**"
_FIELDS = re.compile(r"(?:\\.|[^\s\\])+")
_OWNER = re.compile(r"@([A-Za-z0-9][A-Za-z0-9-]*(?:/[A-Za-z0-9][\w.-]*)?)")


class _Rule:
    """A pattern, and the owners of what it fits; nobody owns what a rule without owners fits."""

    def __init__(self, pattern: str, owners: tuple[str, ...]) -> None:
        self.owners = owners
        parts = [part for part in pattern.split("/") if part]
        is_anchored = "/" in pattern.rstrip("/")
        whole = parts if is_anchored else [_ANY_DEPTH, *parts]
        # `docs/*` fits the files of a folder alone, `docs` and `docs/` all that lies below it.
        is_deep = pattern.endswith("/") or (bool(parts) and "*" not in parts[-1])
        self._parts = [_part(each) for each in (*whole, *([_ANY_DEPTH] if is_deep else []))]

    def fits(self, path: str) -> bool:
        """Say whether a file is meant, in time that is bounded by both lengths."""
        names = path.split("/")
        place = name = 0
        deep = mark = -1
        while name < len(names):
            part = self._parts[place] if place < len(self._parts) else None
            if part is None and place < len(self._parts):
                deep, mark, place = place, name, place + 1
            elif part is not None and part.match(names[name]):
                place, name = place + 1, name + 1
            elif deep >= 0:
                place, mark = deep + 1, mark + 1
                name = mark
            else:
                return False
        return all(part is None for part in self._parts[place:])


def _part(text: str) -> re.Pattern[str] | None:
    """Read one name of a pattern; None stands for folders of any depth."""
    if text == _ANY_DEPTH:
        return None
    return re.compile(translate(text.replace("[", "[[]")))


def owners_of(text: str, paths: Sequence[str]) -> list[str]:
    """Name the owners of files, without the at sign: those who own most of them first."""
    rules = list(_rules(text))[::-1]
    counts: Counter[str] = Counter()
    for path in paths:
        rule = next((each for each in rules if each.fits(path)), None)
        counts.update(rule.owners if rule else ())
    return [owner for owner, _ in counts.most_common()]


def _rules(text: str) -> Iterator[_Rule]:
    for line in text.splitlines()[:_MOST_RULES]:
        fields = _FIELDS.findall(line[:_LONGEST_RULE])
        said = next((at for at, field in enumerate(fields) if field.startswith("#")), len(fields))
        if not said or "!" in fields[0][:1]:
            continue
        pattern = re.sub(r"\\(.)", r"\1", fields[0])
        owners = (_OWNER.fullmatch(field) for field in fields[1:said])
        yield _Rule(pattern, tuple(found[1] for found in owners if found))
