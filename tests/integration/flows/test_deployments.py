"""`python -m flows.deployments ZONE`, where it must not start."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PREFECT = "http://127.0.0.1:1/api"


@pytest.mark.parametrize(
    ("arguments", "told", "advice"),
    [
        (["writer"], {}, "set PREFECT_API_URL"),
        ([], {"PREFECT_API_URL": PREFECT}, "orchestrator or writer"),
        (["reader"], {"PREFECT_API_URL": PREFECT}, "orchestrator or writer"),
        (["writer"], {"PREFECT_API_URL": PREFECT, "AUTODOC_PORT": "x"}, "AUTODOC_PORT"),
    ],
)
def test_a_runner_that_cannot_work_says_why_and_starts_no_server_of_its_own(
    arguments: list[str], told: dict[str, str], advice: str, tmp_path: Path
) -> None:
    ran = subprocess.run(
        (sys.executable, "-P", "-m", "flows.deployments", *arguments),
        env={"PATH": os.environ["PATH"], "PREFECT_HOME": str(tmp_path), **told},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 2
    assert advice in ran.stderr
    assert not (tmp_path / "prefect.db").exists()
