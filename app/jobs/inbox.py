"""The inbox worker: finds out what each stored delivery means and has it acted on."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Protocol

from app.domain.value import Value
from app.domain.work.delivery import StoredDelivery
from app.domain.work.patience import Backoff
from app.domain.work.trigger import Pressed, Trigger
from app.errors import (
    AutoDocError,
    InputError,
    NotFound,
    OutOfReach,
    QueueFull,
    is_transient,
)

logger = logging.getLogger(__name__)

COMMENTS = frozenset({"issue_comment", "pull_request_review_comment"})
"""The events that may be commands."""

Read = Callable[[str, Mapping[str, Any]], Sequence[Trigger]]
"""Says what an event's payload means; raises InputError when it lacks what is needed."""


class Deliveries(Protocol):
    """Whatever keeps deliveries until they are processed."""

    async def claim(
        self, limit: int, lease_s: float, events: Collection[str] = ()
    ) -> list[StoredDelivery]:
        """Take the oldest deliveries that wait; they wait again when the lease passed.

        `events` are those that count; none means all.
        """

    async def hold(self, delivery_id: int, lease_s: float, /) -> None:
        """Say that a delivery that was taken is still worked on."""

    async def done(self, delivery_id: int, /) -> None:
        """Record that a delivery was acted on."""

    async def failed(self, delivery_id: int, reason: str, retry_after_s: float | None, /) -> None:
        """Record that acting on a delivery failed; None means for good."""

    async def postponed(self, delivery_id: int, reason: str, retry_after_s: float, /) -> None:
        """Let a delivery wait without counting the attempt."""


class TakeIn(Protocol):
    """Whatever acts on triggers."""

    async def take_in(self, triggers: Sequence[Trigger]) -> None:
        """Act on what one delivery means; safe to repeat."""


class InboxLimits(Value):
    """How patient the worker is."""

    workers: int = 4
    """How many deliveries are processed at once: one that waits for GitHub holds up no other."""
    listeners: int = 2
    """How many further ones take comments alone: whoever gives a command sees at once that it was
    heard, however many pull requests are being judged."""
    poll_s: float = 5
    lease_s: float = 60
    """After how long somebody else takes what a worker that died had taken."""
    timeout_s: float = 300
    """How long one delivery may take."""
    attempts: int = 10
    unseen_attempts: int = 3
    """How often something is looked for that GitHub told us of and does not find: it shows what
    is new a few seconds late, and what is gone never again."""
    full_s: float = 60
    """After how long a delivery is tried again that finds too many jobs waiting."""
    backoff: Backoff = Backoff(first_s=5, longest_s=900)


class InboxWorker:
    """Claims deliveries and hands over what they mean, until it is cancelled."""

    def __init__(
        self, deliveries: Deliveries, read: Read, intake: TakeIn, limits: InboxLimits | None = None
    ) -> None:
        self._deliveries = deliveries
        self._read = read
        self._intake = intake
        self._limits = limits or InboxLimits()
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Look into the inbox now: the server has just stored a delivery."""
        self._woken.set()

    async def run(self) -> None:
        """Process deliveries until cancelled."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self._limits.workers):
                group.create_task(self._work())
            for _ in range(self._limits.listeners):
                group.create_task(self._work(COMMENTS))

    async def _work(self, events: Collection[str] = ()) -> None:
        failures = 0
        while True:
            try:
                # Before the look, not after it: what is stored meanwhile must not be missed.
                self._woken.clear()
                found = await self.work_once(events)
            except Exception:
                failures += 1
                logger.exception("the inbox cannot be read")
                await asyncio.sleep(self._limits.backoff.after(failures))
            else:
                failures = 0
                if not found:
                    await self._wait()

    async def _wait(self) -> None:
        try:
            await asyncio.wait_for(self._woken.wait(), self._limits.poll_s)
        except TimeoutError:
            return  # nobody woke us: what another replica stored, or what waits again, is due

    async def work_once(self, events: Collection[str] = ()) -> bool:
        """Process the oldest delivery of some events, or of any; False when none waits."""
        claimed = await self._deliveries.claim(1, self._limits.lease_s, events)
        for delivery in claimed:
            await self._process(delivery)
        return bool(claimed)

    async def _process(self, delivery: StoredDelivery) -> None:
        if delivery.attempts > self._limits.attempts:
            # Its process died each time, so nobody could say so before.
            reason = f"it was tried {self._limits.attempts} times without an end"
            await self._deliveries.failed(delivery.id, reason, None)
            return
        try:
            async with self._held(delivery), asyncio.timeout(self._limits.timeout_s):
                # A comment made to be slow takes a second to read: nobody else waits for that.
                triggers = await asyncio.to_thread(self._understand, delivery)
                await self._intake.take_in(triggers)
        except QueueFull as full:
            logger.info("delivery %s waits: %s", delivery.guid, full)
            await self._deliveries.postponed(delivery.id, str(full), self._limits.full_s)
        except Exception as error:  # noqa: BLE001 - one poisonous delivery must not stop the rest
            await self._record_failure(delivery, error)
        else:
            await self._deliveries.done(delivery.id)

    @asynccontextmanager
    async def _held(self, delivery: StoredDelivery) -> AsyncIterator[None]:
        """Keep a delivery for as long as it is worked on, and no longer than this process lives."""
        holding = asyncio.create_task(self._hold(delivery))
        try:
            yield
        finally:
            holding.cancel()
            await asyncio.wait({holding})

    async def _hold(self, delivery: StoredDelivery) -> None:
        while True:
            await asyncio.sleep(self._limits.lease_s / 3)
            try:
                await self._deliveries.hold(delivery.id, self._limits.lease_s)
            except AutoDocError as error:
                # Two more tries fit into the lease.
                logger.warning("delivery %s cannot be held: %s", delivery.guid, error)

    def _understand(self, delivery: StoredDelivery) -> Sequence[Trigger]:
        triggers = self._read(delivery.event, read_payload(delivery))
        return [_told_apart(each, delivery) for each in triggers]

    async def _record_failure(self, delivery: StoredDelivery, error: Exception) -> None:
        reason = str(error) or type(error).__name__
        retry = delivery.attempts < self._attempts_for(error)
        wait = self._limits.backoff.after(delivery.attempts, error) if retry else None
        known = isinstance(error, InputError) or retry
        logger.log(
            logging.WARNING if known else logging.ERROR,
            "delivery %s (%s) failed in attempt %d, %s: %s",
            delivery.guid,
            delivery.event,
            delivery.attempts,
            "for good" if wait is None else f"again in {wait:.0f} s",
            reason,
            exc_info=None if known else error,
        )
        await self._deliveries.failed(delivery.id, reason, wait)

    def _attempts_for(self, error: Exception) -> int:
        if isinstance(error, NotFound | OutOfReach):
            return self._limits.unseen_attempts
        return self._limits.attempts if is_transient(error) else 0


def _told_apart(trigger: Trigger, delivery: StoredDelivery) -> Trigger:
    """Give a press a name: nothing in its payload tells two of the same button apart."""
    if isinstance(trigger, Pressed):
        return trigger.model_copy(update={"press": delivery.guid})
    return trigger


def read_payload(delivery: StoredDelivery) -> Mapping[str, Any]:
    """Read the JSON of a delivery; raises InputError when it is none."""
    try:
        payload = json.loads(delivery.body.decode())
    except (ValueError, RecursionError):
        raise InputError("the delivery is not JSON") from None
    if not isinstance(payload, dict):
        raise InputError("the delivery is not a JSON object")
    return payload
