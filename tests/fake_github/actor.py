"""How a person of a test acts: one step of the world at a time."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from tests.fake_github.inspection import Inspection
from tests.fake_github.world import World

T = TypeVar("T")


class Actor(Inspection):
    """Acts as a person, `octocat` unless another is named; each act is one step of the world.

    `changed` is set after each act: there may be webhooks to send.
    """

    def __init__(self, world: World, changed: asyncio.Event) -> None:
        super().__init__(world)
        self._changed = changed

    async def _do(self, action: Callable[[], T]) -> T:
        """Runs an action as one step, away from the event loop, and wakes the sender."""

        def locked() -> T:
            with self.world.lock:
                return action()

        result = await asyncio.to_thread(locked)
        self._changed.set()
        return result
