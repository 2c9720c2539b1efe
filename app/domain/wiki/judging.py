"""What became of a page between two commits: sentence by sentence, then section by section."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from app.domain.code.change import Changes, GoneName, Hunk
from app.domain.code.citation import CitedSymbol, Reliance
from app.domain.code.judging import file_at, judge, version_of
from app.domain.code.places import source_lines
from app.domain.code.verdict import Cause, Judgement, Verdict
from app.domain.wiki.impact import PageImpact, Reason, SectionImpact
from app.domain.wiki.mentions import mentions_of, read_stamp, speaks_of
from app.domain.wiki.navigation import section_texts
from app.domain.wiki.page import RenderedPage, RenderedSection, Sentence
from app.domain.wiki.record import Ack, PageRecord
from app.domain.wiki.words.plain import plain_text, words_of

_RANK = {verdict: rank for rank, verdict in enumerate(Verdict)}
_MOST_CODE = 30
_Asserted = tuple[str, CitedSymbol, Reliance]
"""A sentence, what it cites, and how much it relies on that."""


def judge_page(
    record: PageRecord, text: str, changes: Changes, gone: Mapping[str, GoneName]
) -> PageImpact:
    """Judge each section of a page as it stands, with what people changed in it.

    A sentence that people took away is not judged. Of `gone`, all names must be confirmed: what
    the page still mentions of them makes a section stale.
    """
    if _is_concerned(record, text, changes, gone):
        gone = _dead_for(record, changes, gone)
        page = RenderedPage(spec=record.spec, markdown=text, sections=record.sections)
        texts = section_texts(page)
        judged = tuple(
            _judge_section(section, texts[section.anchor], record.acks, changes, gone)
            if section.anchor in texts
            else _judge_headless(section, text, record.acks, changes)
            for section in record.sections
        )
    else:
        judged = tuple(
            SectionImpact(anchor=each.anchor, heading=each.heading, verdict=Verdict.FRESH)
            for each in record.sections
        )
    commit, recipe = read_stamp(text)
    return PageImpact(
        page=record.spec.path,
        title=record.spec.title,
        id=record.spec.id,
        verdict=worst(each.verdict for each in judged),
        sections=judged,
        commit=commit,
        recipe=recipe,
        writer=record.writer,
        sentences=sum(len(each.sentences) + each.uncited for each in record.sections),
        uncited=sum(each.uncited for each in record.sections),
    )


def _is_concerned(
    record: PageRecord, text: str, changes: Changes, gone: Mapping[str, GoneName]
) -> bool:
    """Say whether a change could matter to a page, which costs much less than to judge it."""
    cited = {each.path for section in record.sections for each in section.cited}
    is_cited = not cited.isdisjoint(changes.files.keys())
    return is_cited or any(each.name.rpartition(".")[2] in text for each in gone.values())


def _dead_for(
    record: PageRecord, changes: Changes, gone: Mapping[str, GoneName]
) -> Mapping[str, GoneName]:
    """Leave out names that mean something else on this page: a like one that it cites elsewhere."""
    alive: dict[str, set[str]] = defaultdict(set)
    for each in (cited for section in record.sections for cited in section.cited):
        is_wanted = gone and each.symbol
        if is_wanted and judge(each, Reliance.EXISTENCE, changes).symbol == each.symbol:
            for name in (each.symbol, each.symbol.rpartition(".")[2]):
                alive[name].add(each.path)
    return {name: each for name, each in gone.items() if alive.get(name, set()) <= {each.path}}


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the worst of some verdicts; of none, fresh."""
    return max(verdicts, key=_RANK.__getitem__, default=Verdict.FRESH)


def _judge_section(
    section: RenderedSection,
    text: str,
    acks: Sequence[Ack],
    changes: Changes,
    gone: Mapping[str, GoneName],
) -> SectionImpact:
    reasons = [_reason(*each, changes) for each in _asserted(section, text)]
    reasons = [each for each in reasons if each.verdict is not Verdict.FRESH]
    told = {(each.sentence, each.symbol) for each in reasons if each.verdict is Verdict.STALE}
    if gone:
        reasons += [
            _with_commit(each, changes)
            for each in _dead_names(text, gone)
            if (each.sentence, each.symbol) not in told
        ]
    return _impact(section, reasons, acks)


def _judge_headless(
    section: RenderedSection, text: str, acks: Sequence[Ack], changes: Changes
) -> SectionImpact:
    """Judge what is left of a section whose heading a person changed or took away."""
    asserted = (each for each in _asserted(section, text) if each[0])
    reasons = [_reason(*each, changes) for each in asserted]
    return _impact(section, [each for each in reasons if each.verdict is not Verdict.FRESH], acks)


def _impact(
    section: RenderedSection, reasons: Iterable[Reason], acks: Sequence[Ack]
) -> SectionImpact:
    reasons = [_acknowledged(each, acks) for each in dict.fromkeys(reasons)]
    return SectionImpact(
        anchor=section.anchor,
        heading=section.heading,
        verdict=worst(each.verdict for each in reasons if not each.acknowledged),
        reasons=tuple(reasons),
    )


def _asserted(section: RenderedSection, text: str) -> Iterator[_Asserted]:
    """List what the section still says; what no sentence cites belongs to the section as such."""
    cited: dict[str, list[CitedSymbol]] = defaultdict(list)
    for each in section.cited:
        cited[each.key].append(each)
    words = f" {words_of(text)} "
    used: dict[str, int] = {}
    for sentence in section.sentences:
        is_there = f" {words_of(sentence.text)} " in words
        for key, relies in _relied_on(sentence):
            used[key] = max(used.get(key, 0), relies.rank)
            if is_there:
                yield from ((sentence.text, one, relies) for one in cited.get(key, ()))
    for each in section.cited:
        # A snippet shows more than the sentences beside it say.
        if used.get(each.key, -1) < each.relies.rank:
            yield "", each, each.relies


def _relied_on(sentence: Sentence) -> Iterator[tuple[str, Reliance]]:
    for key in dict.fromkeys(sentence.cites):
        yield key, sentence.relies
    for key in dict.fromkeys(sentence.names):
        yield key, Reliance.EXISTENCE


def _reason(sentence: str, cited: CitedSymbol, relies: Reliance, changes: Changes) -> Reason:
    found = judge(cited, relies, changes)
    if found.verdict is Verdict.REWORDED and speaks_of(sentence, found.detail):
        found = found.model_copy(update={"verdict": Verdict.STALE})
    if found.verdict is Verdict.FRESH:
        return Reason(verdict=found.verdict, cause=found.cause, sentence=sentence, path=cited.path)
    hunk = _hunk(found, cited, changes)
    reason = Reason(
        verdict=found.verdict,
        cause=found.cause,
        sentence=plain_text(sentence),
        path=cited.path,
        symbol=cited.symbol,
        detail=found.detail,
        now_path=found.path,
        first_line=found.first_line,
        last_line=found.last_line,
        code=_code(found, changes),
        hunk=hunk,
        digest=version_of(found, changes),
    )
    return _with_commit(reason, changes)


def _with_commit(reason: Reason, changes: Changes) -> Reason:
    commit = changes.commits.get(reason.place.key, "")
    return reason.model_copy(update={"commit": commit}) if commit else reason


def _hunk(found: Judgement, cited: CitedSymbol, changes: Changes) -> Hunk | None:
    """Return the hunk that touches what is cited, the last of several."""
    if not found.path:
        old = changes.hunks.get(cited.path, ())
        over = [each for each in old if _overlaps(each.old_first, each.old_lines, cited)]
        return over[-1] if over else None
    new = changes.hunks.get(found.path, ())
    here = cited.model_copy(update={"first_line": found.first_line, "last_line": found.last_line})
    over = [each for each in new if _overlaps(each.new_first, each.new_lines, here)]
    return over[-1] if over else None


def _overlaps(first: int, count: int, cited: CitedSymbol) -> bool:
    """Say whether lines touch what is cited; a hunk without lines stands behind its first one."""
    last = first + max(count, 1) - 1
    return first <= cited.last_line and last >= cited.first_line


def _code(found: Judgement, changes: Changes) -> str:
    """Show the current code, if what is cited is more than a whole file."""
    file = file_at(found.path, changes)
    if file is None or not found.first_line:
        return ""
    last = min(found.last_line, found.first_line + _MOST_CODE - 1)
    return "\n".join(source_lines(file.text)[found.first_line - 1 : last])


def _dead_names(text: str, gone: Mapping[str, GoneName]) -> Iterator[Reason]:
    for sentence, name in mentions_of(text, gone):
        yield Reason(
            verdict=Verdict.STALE,
            cause=Cause.NAME,
            sentence=plain_text(sentence),
            path=name.path,
            symbol=name.name,
            detail=f"is named `{name.now}` now" if name.now else "no longer exists",
            digest="gone",
        )


def _acknowledged(reason: Reason, acks: Sequence[Ack]) -> Reason:
    key = ack_key(reason)
    for ack in acks:
        if (ack.key, ack.digest) == (key, reason.digest):
            return reason.model_copy(update={"acknowledged": ack.reason})
    return reason


def ack_key(reason: Reason) -> str:
    """Name what an acknowledgement of a reason is about.

    That is `path:symbol`, with the path as it is now; for lines outside all symbols `path:` and
    their digest, since a page may rely on several of one file; or the name that is gone.
    """
    if reason.cause is Cause.NAME:
        return reason.symbol
    return f"{reason.now_path or reason.path}:{reason.symbol or reason.digest}"
