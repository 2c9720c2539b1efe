import os
import subprocess
import sys

import pytest

PROGRAM = """
import sys
from app.settings import load_settings
from app.telemetry import observe
observe(load_settings(), "server")
from opentelemetry import trace
resource = getattr(trace.get_tracer_provider(), "resource", None)
print(any("exporter" in name for name in sys.modules))
print(resource.attributes["service.name"] if resource else None)
import logging
print(logging.getLevelName(logging.getLogger().level))
"""


def observed(**variables: str) -> list[str]:
    """Tell what a process of its own imports and configures."""
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **variables}
    program = (sys.executable, "-c", PROGRAM)
    done = subprocess.run(program, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.split()


@pytest.mark.parametrize("endpoint", [{}, {"OTEL_EXPORTER_OTLP_ENDPOINT": ""}])
def test_no_exporter_is_imported_unless_a_collector_is_named(endpoint: dict[str, str]) -> None:
    assert observed(**endpoint) == ["False", "None", "INFO"]


def test_traces_go_to_the_collector_that_is_named_and_logs_have_their_level() -> None:
    told = observed(
        OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:4318", AUTODOC_LOG_LEVEL="WARNING"
    )
    assert told == ["True", "autodoc-server", "WARNING"]
