"""What became of one citation between two commits.

Pure: whoever asks has read the changed files. A path that did not change is fresh, whatever cites
it.
"""

from collections.abc import Iterator, Sequence

from app.domain.code.calling import Calling, compare_calls, is_hinted, parameter_texts
from app.domain.code.change import Changes, FileNow, Hunk
from app.domain.code.citation import UNKNOWN_CALL, CitedSymbol, Reliance
from app.domain.code.digest import DIGEST_RECIPE, same_body, same_signature
from app.domain.code.places import (
    brings,
    find_elsewhere,
    find_lines,
    lines_digest,
    lines_now,
    source_lines,
)
from app.domain.code.symbol import Symbol
from app.domain.code.verdict import CHANGED_WORDS, Cause, Judgement, Verdict

_CALLED = frozenset({"function", "method"})
_Difference = tuple[Verdict, Cause, str]
_UNKNOWN = (Verdict.STALE, Cause.RECIPE, "was recorded in a way that nobody knows any more")
_CHANGED_WORDS = (Verdict.STALE, Cause.TEXT, CHANGED_WORDS)
_CHANGED_LINES = (Verdict.STALE, Cause.TEXT, "the lines changed")


def judge(cited: CitedSymbol, relies: Reliance, changes: Changes) -> Judgement:
    """Say what a new commit makes of a citation on which a sentence relies to some extent."""
    if cited.path not in changes.files:
        return _judgement(Verdict.FRESH, Cause.NOTHING, cited.path, cited)
    file = changes.files[cited.path]
    if cited.symbol:
        return _judge_symbol(cited, relies, file, changes)
    if file is not None:
        judged = _judge_file(cited, relies, file) if cited.whole else None
        return judged or _judge_place(cited, file, changes)
    moved = find_elsewhere(cited, changes)
    if moved is not None:
        return _found_at(cited, *moved)
    return Judgement(verdict=Verdict.STALE, cause=Cause.GONE, detail="the file is gone")


def version_of(judgement: Judgement, changes: Changes) -> str:
    """Fingerprint the version of the code that a judgement found; `gone` when there is none."""
    file = file_at(judgement.path, changes)
    if file is None:
        return "gone"
    symbol = file.symbols.get(judgement.symbol) if judgement.symbol else None
    if symbol is not None:
        is_worded = judgement.cause in (Cause.DOC, Cause.ANNOTATION)
        return symbol.wording_digest if is_worded else symbol.code_digest
    return lines_digest(source_lines(file.text), judgement.first_line, judgement.last_line)


def file_at(path: str, changes: Changes) -> FileNow | None:
    """Find a file by its path at the new commit, if it is among those that differ."""
    if not path:
        return None
    if path in changes.added:
        return changes.added[path]
    return next((each for each in changes.files.values() if each and each.path == path), None)


def _judge_symbol(
    cited: CitedSymbol, relies: Reliance, file: FileNow | None, changes: Changes
) -> Judgement:
    found = file.symbols.get(cited.symbol) if file else None
    if file is not None and found is not None:
        return _judge_found(cited, relies, file, found)
    heirs = list(_heirs(cited, changes))
    moved = [heir for heir in heirs if heir[1].name == cited.symbol]
    if len(moved) == 1:
        return _at(Verdict.RELOCATED, Cause.MOVED, f"moved to {moved[0][0].path}", *moved[0])
    renamed = [heir for heir in heirs if file is not None and heir[0].path == file.path]
    if not moved and len(renamed) == 1:
        detail = f"is named `{renamed[0][1].name}` now"
        return _at(Verdict.STALE, Cause.RENAMED, detail, *renamed[0])
    detail = "the file is gone" if file is None else "is gone"
    return Judgement(verdict=Verdict.STALE, cause=Cause.GONE, detail=detail)


def _heirs(cited: CitedSymbol, changes: Changes) -> Iterator[tuple[FileNow, Symbol]]:
    """Find the definitions in changed files whose code is that of a symbol which is gone."""
    if cited.recipe != DIGEST_RECIPE:
        return
    files = (*(each for each in changes.files.values() if each), *changes.added.values())
    for file in files:
        for symbol in file.symbols.values():
            is_alike = symbol.code_digest == cited.code
            is_kind = symbol.kind == (cited.kind or symbol.kind)
            if is_alike and is_kind and _is_new(symbol, changes.hunks.get(file.path, ())):
                yield file, symbol


def _is_new(symbol: Symbol, hunks: Sequence[Hunk]) -> bool:
    """Say whether a definition may have come with a change: one that no hunk touches was there."""
    return not hunks or any(brings(each, symbol.first_line, symbol.last_line) for each in hunks)


def _judge_found(cited: CitedSymbol, relies: Reliance, file: FileNow, now: Symbol) -> Judgement:
    found = _difference(cited, relies, file, now)
    return _at(*found, file, now) if found else _placed(cited, file, now)


def _difference(
    cited: CitedSymbol, relies: Reliance, file: FileNow, now: Symbol
) -> _Difference | None:
    """Say what of a definition is not as it was, as far as somebody relies on it."""
    if relies is Reliance.EXISTENCE:
        return None
    if cited.recipe != DIGEST_RECIPE:
        return _UNKNOWN
    calling = _calling(cited, file, now)
    if calling.cause is Cause.SIGNATURE:
        return Verdict.STALE, Cause.SIGNATURE, calling.detail
    if cited.code != now.code_digest:
        is_hint = is_hinted(file.path) and _is_comparable(cited, now)
        found = _of_code(cited, relies, calling, now, is_hint=is_hint)
        if found is not None:
            return found
    return _rewording(cited, relies, calling, now)


def _is_comparable(cited: CitedSymbol, now: Symbol) -> bool:
    """Say whether the parameters tell all by which callers would see a difference."""
    return cited.kind in _CALLED and UNKNOWN_CALL not in cited.parameters and not now.overloads


def _of_code(
    cited: CitedSymbol, relies: Reliance, calling: Calling, now: Symbol, *, is_hint: bool
) -> _Difference | None:
    """Say what a change of code means; who relies on the signature alone may not be concerned."""
    is_addition = calling.cause is Cause.ADDITION
    if relies is Reliance.BEHAVIOUR and not (
        is_addition and same_body(cited.code, now.code_digest)
    ):
        detail = "; ".join(filter(None, ("its code changed", calling.detail)))
        return Verdict.STALE, Cause.CODE, detail
    is_worded = is_addition or is_hint or same_signature(cited.wording, now.wording_digest)
    if not is_worded:
        return Verdict.STALE, Cause.SIGNATURE, calling.detail or "has another signature"
    return None


def _rewording(
    cited: CitedSymbol, relies: Reliance, calling: Calling, now: Symbol
) -> _Difference | None:
    if calling.cause is not Cause.NOTHING:
        return Verdict.REWORDED, calling.cause, calling.detail
    if not same_signature(cited.wording, now.wording_digest):
        return Verdict.REWORDED, Cause.ANNOTATION, "its signature is written in another way"
    if cited.wording != now.wording_digest and relies is not Reliance.SIGNATURE:
        return Verdict.REWORDED, Cause.DOC, "its doc comment changed"
    return None


def _calling(cited: CitedSymbol, file: FileNow, now: Symbol) -> Calling:
    if cited.kind not in _CALLED:
        return Calling()
    is_same = cited.code == now.code_digest
    texts = parameter_texts(now, file.path)
    return compare_calls(cited.parameters, texts, file.path, same_code=is_same)


def _placed(cited: CitedSymbol, file: FileNow, now: Symbol) -> Judgement:
    return _found_at(cited, file, *lines_of(cited, now))


def _found_at(cited: CitedSymbol, file: FileNow, first: int, last: int) -> Judgement:
    """Say of what is as it was whether it is where it was."""
    here = cited.model_copy(update={"first_line": first, "last_line": last})
    if file.path != cited.path:
        detail = f"moved to {file.path}"
        return _judgement(Verdict.RELOCATED, Cause.MOVED, file.path, here, detail)
    if here != cited:
        return _judgement(Verdict.RELOCATED, Cause.PLACE, file.path, here)
    return _judgement(Verdict.FRESH, Cause.NOTHING, file.path, here)


def lines_of(cited: CitedSymbol, now: Symbol) -> tuple[int, int]:
    """Return where the cited lines of a symbol are, if its code is still as it was."""
    if cited.offset is None:
        return now.first_line, now.last_line
    first = min(now.first_line + cited.offset, now.last_line)
    return first, min(first + cited.last_line - cited.first_line, now.last_line)


def _judge_file(cited: CitedSymbol, relies: Reliance, file: FileNow) -> Judgement:
    is_known = cited.recipe == DIGEST_RECIPE
    is_told = cited.wording in file.told or relies is Reliance.EXISTENCE
    if not is_told:
        verdict, cause, detail = _CHANGED_WORDS if is_known else _UNKNOWN
        return _judgement(verdict, cause, file.path, cited, detail)
    if file.path != cited.path:
        detail = f"moved to {file.path}"
        return _judgement(Verdict.RELOCATED, Cause.MOVED, file.path, cited, detail)
    return _judgement(Verdict.FRESH, Cause.NOTHING, file.path, cited)


def _judge_place(cited: CitedSymbol, file: FileNow, changes: Changes) -> Judgement:
    lines, hunks = source_lines(file.text), changes.hunks.get(file.path, ())
    found = find_lines(lines, cited, hunks)
    here = found or lines_now(cited, hunks, len(lines))
    is_known = cited.recipe == DIGEST_RECIPE
    is_true = cited.wording in file.told if cited.wording else found is not None
    if is_known and is_true:
        return _found_at(cited, file, *here)
    if is_known and (moved := find_elsewhere(cited, changes)) is not None:
        return _found_at(cited, *moved)
    verdict, cause, detail = _CHANGED_LINES if is_known else _UNKNOWN
    shown = cited.model_copy(update={"first_line": here[0], "last_line": here[1]})
    return _judgement(verdict, cause, file.path, shown, detail)


def _at(verdict: Verdict, cause: Cause, detail: str, file: FileNow, symbol: Symbol) -> Judgement:
    return Judgement(
        verdict=verdict,
        cause=cause,
        detail=detail,
        path=file.path,
        symbol=symbol.name,
        first_line=symbol.first_line,
        last_line=symbol.last_line,
    )


def _judgement(
    verdict: Verdict, cause: Cause, path: str, cited: CitedSymbol, detail: str = ""
) -> Judgement:
    return Judgement(
        verdict=verdict,
        cause=cause,
        detail=detail,
        path=path,
        symbol=cited.symbol,
        first_line=cited.first_line,
        last_line=cited.last_line,
    )
