"""Processes that judge: replaced when they die, ended when they take too long or nobody asks."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from app.errors import OutsideError, Unjudged
from app.impact.order import Order
from app.impact.pipe import Setup
from app.impact.workers import Placement, Workers, open_workers

READ = """
import json, os, sys, time
answer = lambda **told: print(json.dumps(told), flush=True)
sys.stdin.readline()
answer()
for line in sys.stdin:
    head = json.loads(line)["head"]
    if head == "die" or (head == "die once" and not os.path.exists("died")):
        open("died", "w").close()
        os._exit(1)
    if head == "sleep":
        time.sleep(60)
    if head == "talk":
        print("this is no answer", flush=True)
    if head == "fault":
        answer(fault="git is tired", is_transient=True)
    else:
        seen = " ".join(sorted(os.environ))
        answer(report={"title": f"{os.getpid()} {seen}", "summary": ""})
"""


def order(head: str) -> Order:
    return Order(mirror="x", web="x", branch="main", base="x", head=head, modes={})


def placed(folder: Path) -> Placement:
    program = (sys.executable, "-P", "-c", READ)
    return Placement(environment={"PATH": os.environ["PATH"]}, folder=folder, program=program)


async def judged(workers: Workers, head: str) -> tuple[int, str]:
    report = await workers.judge(order(head))
    pid, _, seen = report.title.partition(" ")
    return int(pid), seen


def setup(timeout_s: float = 30) -> Setup:
    return Setup(database_url="postgresql://", timeout_s=timeout_s, memory_mb=1024)


async def test_one_process_judges_one_change_after_the_other_and_sees_no_secret(
    tmp_path: Path,
) -> None:
    async with open_workers(placed(tmp_path), setup(), 1) as workers:
        answers = await asyncio.gather(*(judged(workers, f"{n}") for n in range(3)))

    assert len({pid for pid, _ in answers}) == 1
    assert {seen.replace("LC_CTYPE ", "") for _, seen in answers} == {"PATH"}


async def test_a_worker_that_died_is_replaced_and_the_change_is_judged(tmp_path: Path) -> None:
    async with open_workers(placed(tmp_path), setup(), 1) as workers:
        before, _ = await judged(workers, "a")
        after, _ = await judged(workers, "die once")

        assert before != after
        with pytest.raises(Unjudged, match="ended over this one"):
            await workers.judge(order("die"))
        assert (await judged(workers, "b"))[0] not in (before, after)


@pytest.mark.parametrize("head", ["talk", "fault"])
async def test_what_is_no_report_is_an_error(tmp_path: Path, head: str) -> None:
    async with open_workers(placed(tmp_path), setup(), 1) as workers:
        with pytest.raises(OutsideError):
            await workers.judge(order(head))


async def test_a_change_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    async with open_workers(placed(tmp_path), setup(0.5), 1) as workers:
        first, _ = await judged(workers, "a")
        with pytest.raises(Unjudged, match="AUTODOC_IMPACT__TIMEOUT"):
            await workers.judge(order("sleep"))
        assert (await judged(workers, "b"))[0] != first


async def test_nobody_is_left_when_the_server_ends_in_the_middle(tmp_path: Path) -> None:
    async with open_workers(placed(tmp_path), setup(), 1) as workers:
        pid, _ = await judged(workers, "a")
        judging = asyncio.create_task(workers.judge(order("sleep")))
        await asyncio.sleep(0.1)
        judging.cancel()
        await asyncio.gather(judging, return_exceptions=True)

    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
