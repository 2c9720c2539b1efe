"""Write, check, judge, write again: the loop that every agent runs, as an ADK workflow.

A draft is checked without a model first; only one that is free of faults is worth a critic's time.
What is wrong goes back to the writer in words, up to a number of attempts. The best attempt is
kept; what is false in it is taken out, and what stays below the floor is not used at all.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from google.adk.agents import LlmAgent
from google.adk.agents.context import Context
from google.adk.workflow import START, Workflow, node
from pydantic import BaseModel, ValidationError

from app.domain.checks.finding import Finding, Severity
from app.errors import QualityGateFailed
from app.settings import RefineSettings
from flows.writer.agents.fence import fence
from flows.writer.agents.limits import UnusableAnswer

T = TypeVar("T")

MAX_FAULTS = 30
"""How many faults a writer is told at once."""
TOP_MARK = 10.0


@dataclass(frozen=True)
class Assignment(Generic[T]):
    """What is to be written, and how a machine checks it."""

    name: str
    """What it is about, for errors and warnings, e.g. the page's id."""
    prompt: str
    convert: Callable[[Mapping[str, Any]], T]
    """Turns an answer into a draft; raises UnusableAnswer in words for the writer."""
    review: Callable[[T], Sequence[Finding]]
    salvage: Callable[[T], T | None]
    """Takes out what is false; None when nothing usable remains."""
    show: Callable[[T], str]
    """Says a draft in the words of an answer, for the writer's next attempt and the critic."""
    hints: Callable[[], str] = lambda: ""
    """What else the writer should know at its next attempt, such as what it has read."""


@dataclass(frozen=True)
class Critic(Generic[T]):
    """A second model that marks drafts."""

    agent: LlmAgent
    """Its output schema has a number for each criterion, and `feedback`."""
    prompt: Callable[[T], Awaitable[str]]


@dataclass(frozen=True)
class Attempt(Generic[T]):
    """One draft and what was thought of it."""

    draft: T | None = None
    faults: tuple[str, ...] = ()
    marks: Mapping[str, float] = field(default_factory=dict)
    feedback: str = ""

    @property
    def average(self) -> float:
        """Return the mean mark; one that nobody marked ranks below all that somebody did."""
        return sum(self.marks.values()) / len(self.marks) if self.marks else -1.0

    @property
    def lowest(self) -> float:
        """Return the lowest mark."""
        return min(self.marks.values(), default=TOP_MARK)


@dataclass(frozen=True)
class Refined(Generic[T]):
    """What came out of the loop."""

    output: T
    attempts: int
    reviewed: bool
    """Whether a critic passed it as it is."""
    warnings: tuple[str, ...] = ()
    score: float | None = None
    """The critic's average mark; None when no critic read it."""
    findings: int = 0
    """How many faults were found in all attempts."""


class Refinement(Generic[T]):
    """One run of the loop."""

    def __init__(
        self,
        assignment: Assignment[T],
        writer: LlmAgent,
        critic: Critic[T] | None,
        limits: RefineSettings,
    ) -> None:
        self._assignment = assignment
        self._writer = writer
        self._critic = critic
        self._limits = limits
        self._attempts: list[Attempt[T]] = []
        self._warnings: list[str] = []
        self._unjudged = False
        self.stopped: Exception | None = None
        """What ended the loop early, if something did."""

    @property
    def attempts(self) -> int:
        """Return how many attempts were made so far."""
        return len(self._attempts)

    @property
    def is_final(self) -> bool:
        """Say whether the loop would end in the same way again: all in it answered, and in full."""
        is_whole = self.stopped is None and not self._unjudged
        return is_whole and all(each.draft is not None for each in self._attempts)

    def workflow(self) -> Workflow:
        """Build the loop as one node; ADK wants `rerun_on_resume` of a node that runs others."""

        @node(name="refine", rerun_on_resume=True)
        async def refine(ctx: Context) -> int:
            try:
                async with asyncio.timeout(self._limits.page_timeout):
                    await self._loop(ctx)
            except Exception as error:  # noqa: BLE001 - kept, and raised when no attempt was usable
                self.stopped = cause_of(error)
            return len(self._attempts)

        return Workflow(name="refinement", edges=[(START, refine)])

    def outcome(self) -> Refined[T]:
        """Return the best attempt without what is false in it.

        Raises QualityGateFailed when no attempt was usable, or what stopped the loop before one.
        """
        best = self._best()
        if best is None or best.draft is None:
            if self.stopped is not None:
                raise self.stopped
            raise self._failed(self._attempts[-1].faults if self._attempts else ("no answer",))
        if self.stopped is not None:
            self._warn(f"the best attempt is kept, since {self.stopped}")
        draft = self._without_falsehoods(best.draft, best.faults)
        self._check_marks(best)
        return Refined(
            output=draft,
            attempts=len(self._attempts),
            reviewed=bool(best.marks) and self._is_good(best),
            warnings=tuple(self._warnings),
            score=best.average if best.marks else None,
            findings=sum(len(each.faults) for each in self._attempts),
        )

    async def _loop(self, ctx: Context) -> None:
        prompt = self._assignment.prompt
        for number in range(1, self._limits.attempts + 1):
            attempt = await self._attempt(ctx, number, prompt)
            if self._is_good(attempt):
                return
            prompt = self._again(attempt)

    async def _attempt(self, ctx: Context, number: int, prompt: str) -> Attempt[T]:
        attempt = await self._write(ctx, number, prompt)
        # Kept before it is judged: a judge that never ends must not lose it.
        self._attempts.append(attempt)
        if attempt.draft is not None and not attempt.faults and self._critic is not None:
            attempt = await self._judge(ctx, number, attempt, self._critic)
            self._attempts[-1] = attempt
        return attempt

    async def _write(self, ctx: Context, number: int, prompt: str) -> Attempt[T]:
        try:
            answer = await ctx.run_node(self._writer, prompt, run_id=f"write-{number}")
            draft = self._assignment.convert(mapping_of(answer))
        except Exception as error:
            fault = fault_of(cause_of(error))
            if fault is None:
                raise
            return Attempt(faults=(fault,))
        found = self._assignment.review(draft)
        return Attempt(
            draft=draft,
            faults=tuple(each.message for each in found if each.severity is Severity.ERROR),
            feedback="\n".join(e.message for e in found if e.severity is Severity.WARNING),
        )

    async def _judge(
        self, ctx: Context, number: int, attempt: Attempt[T], critic: Critic[T]
    ) -> Attempt[T]:
        assert attempt.draft is not None  # noqa: S101 - for the type checker; the caller has looked
        try:
            prompt = await critic.prompt(attempt.draft)
            verdict = await ctx.run_node(critic.agent, prompt, run_id=f"judge-{number}")
            marks, feedback = marks_of(mapping_of(verdict))
        except Exception as error:  # noqa: BLE001 - a critic that fails passes, with a warning
            self._unjudged = True
            self._warn(f"attempt {number} was not judged ({type(cause_of(error)).__name__})")
            return attempt
        return Attempt(draft=attempt.draft, marks=marks, feedback=feedback)

    def _is_good(self, attempt: Attempt[T]) -> bool:
        if attempt.draft is None or attempt.faults:
            return False
        if not attempt.marks:
            return True
        limits = self._limits
        return attempt.lowest >= limits.floor and attempt.average >= limits.threshold

    def _again(self, attempt: Attempt[T]) -> str:
        # The number keeps a question that is asked again from being answered from memory.
        number = f"This is attempt {len(self._attempts) + 1} of {self._limits.attempts}."
        parts = [self._assignment.prompt, number]
        if attempt.draft is not None:
            parts += ["Your last draft:", fence("DRAFT", self._assignment.show(attempt.draft))]
        said = [*attempt.faults[:MAX_FAULTS], *attempt.feedback.splitlines()]
        faults = "\n".join(f"- {each}" for each in said if each)
        parts += ["What is wrong with it, and must be put right:", fence("FAULTS", faults)]
        hints = self._assignment.hints()
        if hints:
            parts += [hints]
        return "\n\n".join(parts)

    def _best(self) -> Attempt[T] | None:
        drafts = [each for each in self._attempts if each.draft is not None]
        return max(drafts, key=self._rank, default=None)

    def _rank(self, attempt: Attempt[T]) -> tuple[bool, bool, float, int]:
        above = attempt.lowest >= self._limits.floor
        return (not attempt.faults, above, attempt.average, -len(attempt.faults))

    def _without_falsehoods(self, draft: T, faults: Sequence[str]) -> T:
        if not faults:
            return draft
        rest = self._assignment.salvage(draft)
        if rest is None:
            raise self._failed(faults)
        left = [f for f in self._assignment.review(rest) if f.severity is Severity.ERROR]
        if left:
            raise self._failed([each.message for each in left])
        self._warn(f"what was still false after {len(self._attempts)} attempts was left out")
        return rest

    def _check_marks(self, best: Attempt[T]) -> None:
        if best.lowest < self._limits.floor:
            low = ", ".join(
                f"{name} {mark:.1f}"
                for name, mark in best.marks.items()
                if mark < self._limits.floor
            )
            raise self._failed([f"below the floor of {self._limits.floor:.1f}: {low}"])
        if best.marks and best.average < self._limits.threshold:
            self._warn(f"its marks average {best.average:.1f}, below {self._limits.threshold:.1f}")

    def _failed(self, reasons: Sequence[str]) -> QualityGateFailed:
        listed = "; ".join(reasons[:3])
        return QualityGateFailed(
            f"{self._assignment.name}: no usable answer in {len(self._attempts)} attempts: {listed}"
        )

    def _warn(self, text: str) -> None:
        self._warnings.append(f"{self._assignment.name}: {text}")


def cause_of(error: Exception) -> Exception:
    """Return the error behind ADK's own, which is in a private module."""
    inner = getattr(error, "error", None)
    return inner if isinstance(inner, Exception) else error


def mapping_of(answer: object) -> Mapping[str, Any]:
    """Return an agent's answer as a mapping, or raise UnusableAnswer."""
    if isinstance(answer, BaseModel):
        return answer.model_dump()
    if isinstance(answer, Mapping):
        return answer
    if not answer:
        raise UnusableAnswer("the answer was empty; write it in full")
    raise UnusableAnswer("the answer is not a JSON object; answer with the JSON object alone")


def fault_of(error: Exception) -> str | None:
    """Say what is wrong with an answer; None when the error is not the answer's fault."""
    if isinstance(error, ValidationError):
        listed = "; ".join(
            f"{'.'.join(str(part) for part in each['loc']) or 'the answer'}: {each['msg']}"
            for each in error.errors(include_input=False, include_url=False)[:5]
        )
        return f"the answer does not fit its schema: {listed}"
    if isinstance(error, json.JSONDecodeError):
        return "the answer is not JSON; answer with the JSON object alone"
    return str(error) if isinstance(error, UnusableAnswer) else None


def marks_of(verdict: Mapping[str, Any]) -> tuple[dict[str, float], str]:
    """Split a verdict into marks and feedback, or raise UnusableAnswer for a mark out of range."""
    marks = {name: float(mark) for name, mark in verdict.items() if name != "feedback"}
    if not marks or not all(0 <= mark <= TOP_MARK for mark in marks.values()):
        raise UnusableAnswer("a mark is out of range")
    return marks, str(verdict.get("feedback", ""))
