import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from app.dispatch.lifeline import watch_parent


def test_the_end_of_the_pipe_is_the_end_of_the_parent() -> None:
    reading, writing = os.pipe()
    died = threading.Event()
    watcher = watch_parent(reading, died.set)
    assert watcher is not None
    os.write(writing, b"bytes mean nothing")
    assert not died.wait(0.1)
    os.close(writing)
    assert died.wait(5)
    watcher.join(5)
    os.close(reading)


def test_a_process_that_a_person_started_watches_nobody(tmp_path: Path) -> None:
    file = tmp_path / "input"
    file.touch()
    for path in ("/dev/null", file):
        with Path(path).open() as opened:
            assert watch_parent(opened.fileno(), pytest.fail) is None


def test_a_process_without_a_group_of_its_own_ends_alone() -> None:
    code = "from app.dispatch.lifeline import end_group; end_group()"
    ended = subprocess.run([sys.executable, "-c", code], timeout=30, check=False)
    assert ended.returncode == 75
