"""Summaries of what does not fit into one prompt: modules first, then subsystems from those.

A summary's prompt holds nothing but the content it is about, so the stored answer is used again as
long as that content is the same, in this run and in all later ones.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.wiki.narrative.briefing import Part
from app.domain.wiki.narrative.evidence_choice import BYTES_PER_TOKEN
from app.domain.wiki.page import TokenUsage
from app.errors import ModelError
from app.settings import RefineSettings
from flows.writer.agents.answers import Answer
from flows.writer.agents.budget import Meter
from flows.writer.agents.building import writer_agent
from flows.writer.agents.fence import clean, fence
from flows.writer.agents.files import Files
from flows.writer.agents.limits import UnusableAnswer
from flows.writer.agents.models import ChosenModel
from flows.writer.agents.refine import Assignment, Refinement
from flows.writer.agents.run import run
from flows.writer.outline import MAX_SUMMARY, pieces, told

SUMMARIES = "SUMMARIES"


class SummaryAnswer(Answer):
    """What some files do."""

    summary: str


@dataclass(frozen=True)
class Made:
    """One summary, on its way or made, and what it took."""

    text: asyncio.Task[str]
    meter: Meter


@dataclass(frozen=True)
class Told:
    """Summaries for a prompt."""

    text: str = ""
    made: Sequence[Made] = ()


class Summaries:
    """Has parts of the code summarised, each at most once in a run."""

    def __init__(self, model: ChosenModel, limits: RefineSettings, files: Files) -> None:
        self._model = model
        self._limits = limits.model_copy(update={"attempts": 1, "tool_rounds": 0})
        self._files = files
        self._made: dict[str, Made] = {}

    async def about(self, parts: Sequence[Part]) -> Told:
        """Summarise parts for a prompt, when their source is more than the prompt may hold."""
        if self._model.is_local or not self._is_large([p for part in parts for p in part.files]):
            return Told()
        made: list[Made] = []
        texts = await asyncio.gather(*(self._of_part(part, made) for part in parts))
        summaries = [
            {"part": part.name, "summary": text}
            for part, text in zip(parts, texts, strict=True)
            if text
        ]
        text = fence(SUMMARIES, json.dumps(summaries, ensure_ascii=False)) if summaries else ""
        return Told(text, made)

    def claim(self, used: Told) -> TokenUsage:
        """Return what these summaries took, as far as no other page has claimed it."""
        usage = TokenUsage()
        for each in used.made:
            usage += each.meter.usage
            each.meter.usage = TokenUsage()
        return usage

    def _is_large(self, paths: Sequence[str]) -> bool:
        said = sum(len(self._told(path)) for path in dict.fromkeys(paths))
        return said > self._limits.evidence_tokens * BYTES_PER_TOKEN

    async def _of_part(self, part: Part, made: list[Made]) -> str:
        """Summarise files; of too many for one prompt, their pieces first."""
        parts = pieces(part)
        if len(parts) == 1:
            return await self._once(fence("FILES", self._outline(part.files)), made)
        texts = await asyncio.gather(*(self._of_part(piece, made) for piece in parts))
        return await self._once(fence(SUMMARIES, "\n\n".join(filter(None, texts))), made)

    async def _once(self, prompt: str, made: list[Made]) -> str:
        """Ask once for all pages; a page that ends while it waits does not end it for others."""
        if prompt not in self._made:
            meter = Meter()
            task = asyncio.create_task(self._summarise(prompt, meter))
            self._made[prompt] = Made(task, meter)
            task.add_done_callback(lambda done: self._forget_failed(prompt, done))
        made.append(self._made[prompt])
        return await asyncio.shield(self._made[prompt].text)

    def _forget_failed(self, prompt: str, done: asyncio.Task[str]) -> None:
        if done.cancelled() or done.exception() is not None:
            self._made.pop(prompt, None)

    async def _summarise(self, prompt: str, meter: Meter) -> str:
        """Ask; a summary that cannot be had is left out, since the page has its facts besides."""
        agent = writer_agent("summary", self._model, SummaryAnswer, self._limits, meter)
        assignment = Assignment[str](
            name="summary",
            prompt=f"{prompt}\n\nSummarise.",
            convert=_text_of,
            review=lambda _: [],
            salvage=lambda text: text,
            show=lambda text: text,
        )
        try:
            done = await run(
                Refinement(assignment, agent, None, self._limits), self._limits, self._model.name
            )
        except ModelError:
            return ""
        return done.output

    def _outline(self, paths: Sequence[str]) -> str:
        room = self._limits.evidence_tokens * BYTES_PER_TOKEN
        lines: list[str] = []
        for path in paths:
            line = self._told(path)
            if len(line) > room and lines:
                break
            lines.append(line[:room])
            room -= len(line)
        return "\n".join(lines)

    def _told(self, path: str) -> str:
        return told(path, self._files.facts(path))


def _text_of(answer: Mapping[str, Any]) -> str:
    text = clean(SummaryAnswer.model_validate(answer).summary).strip()
    if not text:
        raise UnusableAnswer("the summary is empty; write what the files do")
    return text[:MAX_SUMMARY]
