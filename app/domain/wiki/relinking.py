"""Links into sources when a page goes on to another commit: where the same lines are now."""

import re
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import unquote

from app.domain.code.calling import parameter_texts
from app.domain.code.change import Changes, FileNow, Hunk
from app.domain.code.citation import CitedSymbol
from app.domain.code.judging import judge
from app.domain.code.verdict import Verdict
from app.domain.value import Value
from app.domain.wiki.navigation import outside_fences, resolve
from app.domain.wiki.render import Origin, permalink, place_label
from app.domain.wiki.words.prose import escape

_LINK = re.compile(r"(?<!!)\[((?:\\.|`[^`\n]*`|[^\[\]\\`])*)\]\(([^)\s]+)\)")
_PERMALINK = re.compile(r"https?://[^\s]+?/blob/([0-9a-f]{7,64})/([^#\s]+)")
_UP = re.compile(r"(?:\.\./)+")
_LINES = re.compile(r"L(\d+)(?:-L(\d+))?")


class Spot(Value):
    """Lines of a file; both are 0 when the whole file is meant."""

    path: str
    first: int = 0
    last: int = 0


class Relinking:
    """Finds again what the links of one page lead to."""

    def __init__(self, page_path: str, origin: Origin, changes: Changes) -> None:
        """Take the commit that the page goes on to as `origin`."""
        self._page = page_path
        self._origin = origin
        self._changes = changes

    def relinked(self, markdown: str, judged: Mapping[Spot, Spot]) -> str:
        """Let the links of a section lead to the same lines at the new commit.

        `judged` says where cited places are now. A link to what is gone becomes its words.
        """

        def aim(found: re.Match[str]) -> str:
            spot = self._spot(found[2])
            if spot is None:
                return found[0]
            now = self.find(spot, judged)
            if now is None:
                return found[1]
            label = found[1]
            if label == escape(place_label(spot.path, spot.first)):
                label = escape(place_label(now.path, now.first))
            target = permalink(self._origin, self._page, now.path, now.first, now.last)
            return f"[{label}]({target})"

        return outside_fences(markdown, lambda line: _LINK.sub(aim, line))

    def find(self, spot: Spot, judged: Mapping[Spot, Spot]) -> Spot | None:
        """Say where lines are now; the whole file where nobody can say, None when it is gone."""
        if spot.path not in self._changes.files:
            return spot
        now = self._changes.files[spot.path]
        if now is not None and spot.first and (found := self._by_hunks(spot, now)):
            return found
        if spot in judged or now is None:
            return judged.get(spot)
        return (spot.first and _within(spot, judged)) or Spot(path=now.path)

    def _by_hunks(self, spot: Spot, now: FileNow) -> Spot | None:
        if not self._changes.base or now.path not in self._changes.hunks:
            return None
        hunks = self._changes.hunks[now.path]
        first, last = _line_now(spot.first, hunks), _line_now(spot.last, hunks)
        if first is None or last is None:
            return None
        return Spot(path=now.path, first=first, last=last)

    def _spot(self, target: str) -> Spot | None:
        """Read a link into the sources; None for one that leads elsewhere."""
        bare, _, fragment = target.partition("#")
        lines = _LINES.fullmatch(fragment)
        first = int(lines[1]) if lines else 0
        last = int(lines[2] or first) if lines else 0
        path = self._path(bare)
        return None if path is None else Spot(path=path, first=first, last=last)

    def _path(self, target: str) -> str | None:
        linked = _PERMALINK.fullmatch(target)
        if linked:
            return unquote(linked[2])
        if ":" in target or target.startswith("/") or not target:
            return None
        joined = resolve(self._page, target)
        up = self._origin.base.removeprefix("./")
        if self._origin.base.startswith("./") and up and joined.startswith(up):
            return joined.removeprefix(up)
        return _UP.sub("", joined) if joined.startswith("../") else None


def spots(cited: Iterable[CitedSymbol], changes: Changes) -> dict[Spot, Spot]:
    """Say of each cited place in a changed file where it is now; what is gone is left out."""
    found: dict[Spot, Spot] = {}
    for each in cited:
        if each.path not in changes.files:
            continue
        judged = judge(each, each.relies, changes)
        if judged.path:
            now = _spot_of(judged.path, judged.first_line, judged.last_line, whole=each.whole)
            found[_spot_of(each.path, each.first_line, each.last_line, whole=each.whole)] = now
    return found


def recited(cited: CitedSymbol, changes: Changes) -> CitedSymbol:
    """Let a citation of a kept section speak of the new commit.

    What it relied on and became false stays told: then its digests stay.
    """
    now = changes.files.get(cited.path)
    if cited.path not in changes.files:
        return cited
    judged = judge(cited, cited.relies, changes)
    if not judged.path:
        return cited
    update: dict[str, object] = {
        "path": judged.path,
        "symbol": judged.symbol if cited.symbol else "",
        "first_line": judged.first_line or cited.first_line,
        "last_line": judged.last_line or cited.last_line,
    }
    symbol = now.symbols.get(judged.symbol) if now is not None and cited.symbol else None
    if judged.verdict is not Verdict.STALE and symbol is not None:
        update |= {
            "code": symbol.code_digest,
            "wording": symbol.wording_digest,
            "parameters": parameter_texts(symbol, judged.path),
        }
    return cited.model_copy(update=update)


def _spot_of(path: str, first: int, last: int, *, whole: bool) -> Spot:
    return Spot(path=path) if whole else Spot(path=path, first=first, last=last)


def _within(spot: Spot, judged: Mapping[Spot, Spot]) -> Spot | None:
    """Find lines by their distance from the beginning of what holds them."""
    for old, new in judged.items():
        if old.path == spot.path and 0 < old.first <= spot.first <= spot.last <= old.last:
            first = new.first + spot.first - old.first
            last = first + spot.last - spot.first
            if new.first and last <= new.last:
                return Spot(path=new.path, first=first, last=last)
    return None


def _line_now(line: int, hunks: Sequence[Hunk]) -> int | None:
    """Move a line along with what was put in and taken out above it; None for one that is gone."""
    shift = 0
    for hunk in sorted(hunks, key=lambda each: each.old_first):
        # With no lines of its own, a hunk stands behind the line that it names.
        first = hunk.old_first if hunk.old_lines else hunk.old_first + 1
        if line < first:
            break
        if line < first + hunk.old_lines:
            return None
        shift += hunk.new_lines - hunk.old_lines
    return line + shift
