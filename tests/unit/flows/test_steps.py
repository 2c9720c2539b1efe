import asyncio

import pytest

from app.domain.work.job import Progress
from app.errors import GitHubError, InputError
from flows.steps import Limits, LocalSteps


async def forget(_: Progress) -> None:
    """Show nothing."""


class Flaky:
    def __init__(self, failures: int, error: Exception) -> None:
        self.tries = 0
        self._failures = failures
        self._error = error

    async def __call__(self, answer: str) -> str:
        self.tries += 1
        if self.tries <= self._failures:
            raise self._error
        return answer


async def test_transient_error_is_tried_again() -> None:
    flaky = Flaky(2, GitHubError("503"))
    steps = LocalSteps(forget, backoff=0.001)
    assert await steps.run("ask", flaky, "yes", key="1", limits=Limits(retries=2)) == "yes"
    assert flaky.tries == 3


async def test_error_that_time_cannot_heal_is_raised_at_once() -> None:
    flaky = Flaky(1, InputError("no repository"))
    steps = LocalSteps(forget, backoff=0.001)
    with pytest.raises(InputError):
        await steps.run("ask", flaky, "yes", key="1", limits=Limits(retries=5))
    assert flaky.tries == 1


async def test_retries_are_bounded() -> None:
    flaky = Flaky(9, GitHubError("503"))
    steps = LocalSteps(forget, backoff=0.001)
    with pytest.raises(GitHubError):
        await steps.run("ask", flaky, "yes", key="1", limits=Limits(retries=2))
    assert flaky.tries == 3


async def test_step_that_takes_too_long_ends_and_says_which_it_was() -> None:
    async def sleep() -> None:
        await asyncio.sleep(60)

    steps = LocalSteps(forget)
    with pytest.raises(TimeoutError) as caught:
        await steps.run("dream", sleep, key="deep", limits=Limits(timeout=0.01))
    assert caught.value.__notes__ == ["dream deep took longer than 0 s"]


async def test_no_more_steps_run_at_once_than_there_are_places() -> None:
    running, most = 0, 0

    async def count() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.001)
        running -= 1

    steps = LocalSteps(forget, concurrency=3)
    await asyncio.gather(*(steps.run("count", count, key=str(n)) for n in range(12)))
    assert most == 3
