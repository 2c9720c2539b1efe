"""`python -P -m flows RUN`: one run in a process of its own, as the supervisor starts it."""

import asyncio
import logging
import sys

from opentelemetry import trace
from pydantic import ValidationError

from app.dispatch.lifeline import watch_parent
from app.domain.work.job import Run
from app.errors import AutoDocError
from app.settings import load_settings
from app.telemetry import configure_telemetry, observe
from flows.runs.performing import perform, rare_collections, row_steps

EXIT_FAILED = 3
EXIT_USAGE = 2

logger = logging.getLogger("flows")


def main(arguments: list[str]) -> int:
    """Perform a run given as JSON; returns the exit status."""
    configure_telemetry()
    try:
        run = Run.model_validate_json(arguments[0])
    except (IndexError, ValidationError):
        logger.error("give one run as JSON: this program is started by `autodoc serve`")  # noqa: TRY400 - usage
        return EXIT_USAGE
    watch_parent()
    try:
        settings = load_settings()
        observe(settings, run.zone)
        with trace.get_tracer("autodoc").start_as_current_span(run.name), rare_collections():
            asyncio.run(perform(run, settings, row_steps))
    except AutoDocError as error:
        logger.error("%s failed: %s", run.name, error)  # noqa: TRY400 - its sentence says it
        return EXIT_FAILED
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
