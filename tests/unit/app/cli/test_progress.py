import os
import pty
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.cli.progress import PlainDisplay, line_of
from app.domain.work.job import Progress

PROGRAM = """
import asyncio
from app.cli.progress import choose_display
from app.domain.work.job import Progress
async def show(display):
    await display(Progress(stage="facts", done=3, total=9))
    await display(Progress(stage="pages", done=1, total=2, detail="150 tokens, $0.01"))
    await asyncio.sleep(0.3)
with choose_display() as display:
    asyncio.run(show(display))
"""


def test_a_line_names_the_stage_how_far_it_is_and_what_it_cost() -> None:
    progress = Progress(stage="pages", done=1, total=3, detail="150 tokens, $0.00")
    assert line_of(progress) == "Writing pages 1/3 (150 tokens, $0.00)"
    assert line_of(Progress(stage="fetch")) == "Fetching the repository"


async def test_without_a_terminal_each_stage_is_one_plain_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with PlainDisplay() as display:
        for done in range(100):
            await display(Progress(stage="facts", done=done, total=100))
        await display(Progress(stage="checks"))

    shown = capsys.readouterr()
    assert shown.err == "Reading the code 0/100\nRendering and checking\n"
    assert shown.out == ""


def test_in_a_terminal_one_live_line_shows_stage_pages_time_and_price() -> None:
    controller, terminal = pty.openpty()
    try:
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM],
            stderr=terminal,
            cwd=Path(__file__).parents[4],
            env={**os.environ, "TERM": "xterm", "COLUMNS": "120"},
        )
        os.close(terminal)
        shown = read_all(controller)
        assert process.wait(20) == 0
    finally:
        os.close(controller)

    assert "Writing pages" in shown
    assert "1/2" in shown
    assert "0:00:00" in shown
    assert "150 tokens, $0.01" in shown
    assert "\x1b[2K" in shown  # the line is redrawn, and gone in the end


def read_all(controller: int) -> str:
    """Read what a terminal shows until its last program is gone."""
    shown, deadline = b"", time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            part = os.read(controller, 4096)
        except OSError:
            break
        if not part:
            break
        shown += part
    return shown.decode(errors="replace")
