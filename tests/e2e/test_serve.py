"""`autodoc serve` on a database of the operator's."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.served import serve
from tests.fake_github.fake import FakeGitHub


@pytest.mark.slow
async def test_serve_makes_its_data_directory_and_ends_quietly_on_sigterm(
    folder: Path, database_url: str
) -> None:
    extra = {
        "AUTODOC_DATABASE_URL": database_url,
        "AUTODOC_DATA_DIR": str(folder / "not" / "there"),
    }
    async with FakeGitHub.start(folder / "github") as github:
        async with serve(github, folder, extra) as served:
            assert (folder / "not" / "there").is_dir()
            await served.stop()
        assert (served.process.returncode, "Traceback" in served.log.read_text()) == (0, False)


def test_serve_without_an_app_says_what_to_set() -> None:
    environment = {"PATH": os.environ["PATH"]}
    command = [sys.executable, "-P", "-m", "app", "serve"]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=30
    )
    assert done.returncode == 2
    assert done.stderr.startswith("autodoc: set AUTODOC_GITHUB__APP_ID")
    assert done.stderr.count("\n") == 1
