import subprocess
import sys

HEAVY = ("sqlalchemy", "asyncpg", "litellm", "prefect", "fastmcp", "google.adk", "aiohttp")
SCRIPT = f"""
import sys
import app.cli.ack, app.cli.impact, app.cli.impact_text, app.impact.acknowledging
import app.settings, app.telemetry
print(*(each for each in {HEAVY!r} if each in sys.modules))
"""


def test_what_a_hook_calls_before_each_push_imports_nothing_heavy() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=60, check=False
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "\n", "")
