"""Files that git ignores: a link to one leads to what a build writes, not to nothing."""

import posixpath
import re
from collections.abc import Iterable, Mapping

NAME = ".gitignore"


class Ignored:
    """The patterns of all `.gitignore` files of a commit; exceptions (`!`) are not read."""

    def __init__(self, texts: Mapping[str, str], paths: Iterable[str]) -> None:
        found = [
            _pattern(posixpath.dirname(path), line)
            for path in sorted(paths)
            if posixpath.basename(path) == NAME
            for line in texts.get(path, "").splitlines()
        ]
        patterns = [each for each in found if each]
        self._pattern = re.compile("|".join(patterns)) if patterns else None

    def __contains__(self, path: str) -> bool:
        return self._pattern is not None and bool(self._pattern.match(path))


def _pattern(folder: str, line: str) -> str:
    """Write one line as a regular expression of paths from the root; of what is none, nothing."""
    glob = line.strip()
    if not glob or glob[0] in "#!":
        return ""
    bare = glob.rstrip("/")
    anywhere = "" if "/" in bare else "(?:.*/)?"
    parts = re.split(r"(\*\*/|/\*\*$|\*|\?)", bare.lstrip("/"))
    marks = {"**/": "(?:.*/)?", "/**": "/.*", "*": "[^/]*", "?": "[^/]"}
    inner = "".join(marks.get(each, re.escape(each)) for each in parts)
    return f"{re.escape(folder + '/') if folder else ''}{anywhere}{inner}(?:/|$)"
