"""Writing a page: what the page generator and the README distiller have in common."""

import json
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.checks.finding import Finding, Severity
from app.domain.code.evidence import Evidence
from app.domain.wiki.markdown import clean, unique_slugs
from app.domain.wiki.merge.notes import violates
from app.domain.wiki.narrative.briefing import Briefing
from app.domain.wiki.page import AgentResult, Draft, Page
from app.domain.wiki.record import Note
from app.domain.wiki.words.prose import CITATION, cited_ids
from app.errors import QualityGateFailed
from app.settings import RefineSettings
from flows.writer.agents.answers import DraftAnswer, answer_of, draft_of
from flows.writer.agents.budget import Meter
from flows.writer.agents.building import critic_agent, writer_agent
from flows.writer.agents.fence import fence
from flows.writer.agents.files import Files, Register
from flows.writer.agents.finished import Finished, FinishedPages, question
from flows.writer.agents.limits import UnusableAnswer
from flows.writer.agents.local_writer import BRIEFING
from flows.writer.agents.models import ChosenModel
from flows.writer.agents.prompts import read_prompt
from flows.writer.agents.refine import Assignment, Critic, Refinement
from flows.writer.agents.run import run
from flows.writer.agents.tools import Tool

CRITERIA: Mapping[str, str] = {
    "accuracy": "each statement is supported by the source that it cites",
    "coverage": "what a developer has to know about the subject is there",
    "clarity": "it is easy to follow for somebody new to the project",
    "usefulness": "it helps to use or to change the code, beyond repeating names",
}
PROJECT = "PROJECT"
MAX_SOURCES = 60_000
"""How many characters of source a critic is shown."""

CORRECTIONS = "CORRECTIONS"
WISHES = "WISHES"
UNTOLD = ("digests", "kind", "parameters", "quoted")
"""What a model need not know of evidence."""
DECISIVE = ("attempts", "floor", "threshold", "tool_rounds", "max_output_tokens", "evidence_tokens")
"""The limits that decide what a page says."""

_WORD = re.compile(r"\w+")
_CITED = re.compile(rf"\s*{CITATION.pattern}")


@dataclass(frozen=True)
class Checks:
    """How drafts are checked without a model."""

    review: Callable[[Draft, Briefing], Sequence[Finding]]
    drop_false: Callable[[Draft, Briefing], Draft]


@dataclass(frozen=True)
class Crew:
    """Who works on a page, and within which limits."""

    writer: ChosenModel
    critic: ChosenModel | None
    checks: Checks
    limits: RefineSettings
    guide: str = ""
    """What the owners of the repository ask of its documentation, for a prompt."""
    memory: FinishedPages | None = None
    """Remembers what models finished; the local writer says the same again at no cost."""


@dataclass(frozen=True)
class Form:
    """What a draft has to be, if not a whole page."""

    convert: Callable[[Draft], Draft]
    """Brings a draft into the form; raises UnusableAnswer in words for the writer."""
    review: Callable[[Draft], Sequence[Finding]]
    """Finds what the form wants besides the truth."""
    salvage: Callable[[Draft], Draft | None]
    """Says what remains of a draft whose falsehoods are taken out; None: nothing usable."""


@dataclass(frozen=True)
class Order:
    """One page to write."""

    role: str
    """Names the standing orders."""
    briefing: Briefing
    prompt: str
    register: Register
    tools: Sequence[Tool] = ()
    judge: str = "critic-page"
    """Names the critic's."""
    told: Sequence[str] = ()
    """What the prompt says besides the briefing, without places and source text."""
    shown: str = ""
    """What the critic is shown besides the briefing."""
    form: Form | None = None


async def draft_page(order: Order, crew: Crew, files: Files) -> AgentResult[Page]:
    """Write one page, or raise QualityGateFailed when no attempt was usable.

    What was finished from the same code is used again, wherever that stands now.
    """
    memory = crew.memory
    if memory is None or crew.writer.is_local:
        return await _drafted(order, crew, files, lambda _: _forget())
    key = _question(order, crew)
    known = await memory.find(key, order.briefing, files)
    if known and known.fault:
        raise QualityGateFailed(known.fault)
    if known and known.page and not _errors(order, crew, known.page, known.names):
        return AgentResult[Page](output=known.page, attempts=0, warnings=known.warnings)
    return await _drafted(
        order, crew, files, lambda made: memory.store(key, crew.writer.name, made)
    )


async def _forget() -> None:
    """Remember nothing of what the local writer says: it says it again at no cost."""


async def _drafted(
    order: Order, crew: Crew, files: Files, keep: Callable[[Finished], Awaitable[None]]
) -> AgentResult[Page]:
    meter, limits = Meter(), _limits_of(crew)
    writer = writer_agent(order.role, crew.writer, DraftAnswer, limits, meter, order.tools)
    refinement = Refinement(
        _assignment(order, crew), writer, _critic(order, crew, files, meter), limits
    )
    try:
        done = await run(refinement, limits, crew.writer.name)
    except QualityGateFailed as error:
        if refinement.is_final:
            await keep(Finished(fault=str(error)))
        raise
    draft = with_note(done.output, order.briefing)
    page = Page(
        spec=order.briefing.spec,
        draft=draft,
        evidence=cited(draft, order.register.widened().evidence),
        writer=crew.writer.name,
        reviewed=done.reviewed,
    )
    if refinement.is_final:
        await keep(Finished(page=page, warnings=done.warnings))
    return AgentResult[Page](
        output=page,
        attempts=done.attempts,
        usage=meter.usage,
        warnings=done.warnings,
        score=done.score,
        findings=done.findings,
    )


def _question(order: Order, crew: Crew) -> str:
    critic = crew.critic.name if crew.critic else ""
    limits = crew.limits.model_dump(include=set(DECISIVE))
    return question(
        order.briefing,
        (
            *(read_prompt(each) for each in (order.role, order.judge)),
            crew.writer.name,
            critic,
            crew.guide,
            json.dumps(limits, sort_keys=True),
            *order.told,
        ),
    )


def _errors(order: Order, crew: Crew, page: Page, names: frozenset[str]) -> list[Finding]:
    """Check a remembered page as if it had been written now: names may have gone since."""
    told = order.briefing
    update = {"evidence": page.evidence, "names": told.names | names}
    found = crew.checks.review(page.draft, told.model_copy(update=update))
    return [each for each in found if each.severity is Severity.ERROR]


def with_note(draft: Draft, briefing: Briefing) -> Draft:
    """Say below the drawing that was made from facts what it leaves out; no writer words that."""
    made = briefing.diagram
    if made is None:
        return draft
    bare = made.model_copy(update={"note": ""})
    sections = tuple(
        section.model_copy(update={"diagram": made}) if section.diagram == bare else section
        for section in draft.sections
    )
    return draft.model_copy(update={"sections": sections})


def preamble(briefing: Briefing, guide: str) -> str:
    """Say what is the same for all pages of a run; it comes first, so that providers cache it."""
    told = [
        {"form": fact.form, "name": fact.name, "text": fact.text, "detail": fact.detail}
        for fact in briefing.context
    ]
    project = fence(PROJECT, json.dumps(told, ensure_ascii=False)) if told else ""
    return "\n\n".join(filter(None, (guide, project)))


def show_briefing(briefing: Briefing, *, whole: bool) -> str:
    """Quote a briefing for a prompt, the same way each time.

    A model has no use for digests and lists of further names. The local writer gets both, without
    the names that no fact can hold: a large repository has a hundred thousand.
    """
    left_out = {"names", "context", "order", "parts", "notes", "wishes"}
    said = briefing.model_dump(mode="json", exclude=left_out)
    # A set has another order in each process, and the same question must be the same text.
    said["cut"].sort()
    for fact in said["facts"]:
        if not fact["target"]:
            del fact["caller"], fact["target"]
    if whole:
        said["names"] = _names_in(json.dumps(said["facts"], ensure_ascii=False), briefing.names)
    else:
        for each in said["evidence"]:
            for name in UNTOLD:
                each.pop(name, None)
    return fence(BRIEFING, json.dumps(said, ensure_ascii=False))


def show_notes(briefing: Briefing) -> str:
    """Quote what people put right on a page, which has to stay so, and what they asked of it."""
    notes = [each.model_dump(mode="json") for each in briefing.notes]
    told = ((CORRECTIONS, notes), (WISHES, briefing.wishes))
    return "\n\n".join(
        fence(name, json.dumps(said, ensure_ascii=False)) for name, said in told if said
    )


def _names_in(text: str, names: Iterable[str]) -> list[str]:
    words = set(_WORD.findall(text))
    return sorted(each for each in names if _consists_of(each, words))


def _consists_of(name: str, words: set[str]) -> bool:
    # The last word alone tells most names apart, and is found in less time than all of them.
    last = name.rpartition("/")[2].rpartition(".")[2]
    if last.isalnum() and last not in words:
        return False
    return words.issuperset(_WORD.findall(name))


def cited(draft: Draft, evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Choose the evidence that a draft cites or shows."""
    texts = [draft.summary, *(section.text for section in draft.sections)]
    ids = {each for text in texts for each in cited_ids(text)}
    ids.update(each for section in draft.sections for each in section.snippets)
    return tuple(each for each in evidence if each.id in ids)


def _limits_of(crew: Crew) -> RefineSettings:
    # The local writer says the same again, so there is no use in asking it twice.
    return crew.limits.model_copy(update={"attempts": 1}) if crew.writer.is_local else crew.limits


def _assignment(order: Order, crew: Crew) -> Assignment[Draft]:
    register, checks, form = order.register, crew.checks, order.form
    # Of a nearly empty repository the local writer has little to say, and that is the truth.
    may_be_empty = crew.writer.is_local
    # The local writer heeds no demands: what people change in its lists is merged line by line.
    notes = () if crew.writer.is_local else order.briefing.notes
    noted = order.briefing.model_copy(update={"notes": notes})

    def convert(answer: Mapping[str, Any]) -> Draft:
        draft = draft_of(answer)
        if form is not None:
            return form.convert(draft)
        if not draft.sections and not may_be_empty:
            raise UnusableAnswer("the page has no sections; write at least one")
        return draft

    def salvage(draft: Draft) -> Draft | None:
        rest = without_unkept(checks.drop_false(draft, register.widened()), noted)
        if form is not None:
            return form.salvage(rest)
        is_usable = may_be_empty or any(section.text.strip() for section in rest.sections)
        return rest if is_usable else None

    def examine(draft: Draft) -> list[Finding]:
        found = [*checks.review(draft, register.widened()), *unkept(draft, noted)]
        return found if form is None else [*found, *form.review(draft)]

    return Assignment(
        name=order.briefing.spec.id,
        prompt=order.prompt,
        convert=convert,
        review=examine,
        salvage=salvage,
        show=lambda draft: answer_of(draft).model_dump_json(),
        hints=lambda: _already_read(register),
    )


def _critic(order: Order, crew: Crew, files: Files, meter: Meter) -> Critic[Draft] | None:
    if crew.critic is None or crew.critic.is_local or crew.writer.is_local:
        return None

    async def prompt(draft: Draft) -> str:
        evidence = cited(draft, order.register.widened().evidence)
        parts = [
            preamble(order.briefing, crew.guide),
            show_briefing(order.briefing, whole=False),
            show_notes(order.briefing),
            order.shown,
            fence("SOURCES", await sources(evidence, files)),
            fence("DRAFT", answer_of(draft).model_dump_json()),
        ]
        return "\n\n".join(filter(None, parts))

    agent = critic_agent(order.judge, crew.critic, CRITERIA, crew.limits, meter)
    return Critic(agent, prompt)


async def sources(evidence: Sequence[Evidence], files: Files, room: int = MAX_SOURCES) -> str:
    """Quote the source of evidence, under its ids, up to a number of characters."""
    texts = await files.lines(list(dict.fromkeys(each.path for each in evidence)))
    shown: list[str] = []
    for each in evidence:
        lines = texts.get(each.path, [])[each.first_line - 1 : each.last_line]
        text = "\n".join([f"{each.id}: {each.path}", *lines])
        room -= len(text)
        if room < 0:
            break
        shown.append(text)
    return "\n\n".join(shown)


def unkept(draft: Draft, briefing: Briefing) -> list[Finding]:
    """Find sections that undo what a person put right."""
    return [
        Finding(
            rule="correction",
            page=briefing.spec.path,
            message=f"a person put this right by hand, and it has to stay so: {_asked(note)}",
        )
        for anchor, text in _by_anchor(draft, briefing).items()
        for note in briefing.notes
        if note.section == anchor and text.strip() and violates(note, text)
    ]


def without_unkept(draft: Draft, briefing: Briefing) -> Draft:
    """Leave out the sections that undo what a person put right: theirs stay as they have them."""
    texts = _by_anchor(draft, briefing)
    undone = [
        any(note.section == anchor and violates(note, text) for note in briefing.notes)
        for anchor, text in texts.items()
    ]
    return Draft(
        summary="" if undone[0] else draft.summary,
        sections=tuple(
            each
            for each, is_undone in zip(draft.sections, undone[1:], strict=True)
            if not is_undone
        ),
    )


def _by_anchor(draft: Draft, briefing: Briefing) -> dict[str, str]:
    """Give the text under the title, and that of each section, by the anchors of the page."""
    headings = [briefing.spec.title, *(section.heading for section in draft.sections)]
    texts = [draft.summary, *(section.text for section in draft.sections)]
    anchors = unique_slugs([clean(each) for each in headings])
    return {anchor: _CITED.sub("", text) for anchor, text in zip(anchors, texts, strict=True)}


def _asked(note: Note) -> str:
    before, after = (json.dumps(each, ensure_ascii=False) for each in (note.before, note.after))
    if not note.after:
        return f"{before} was taken away"
    return f"{after} was added" if not note.before else f"{before} became {after}"


def _already_read(register: Register) -> str:
    if not register.read:
        return ""
    listed = "\n".join(f"{e.id}: {e.path}, {e.first_line} to {e.last_line}" for e in register.read)
    return "What you have read so far, and may cite:\n\n" + fence("READ", listed)
