"""Logs and traces; each entry point configures them before it does anything else."""

import json
import logging
import sys
from datetime import UTC, datetime

from opentelemetry import trace
from typing_extensions import override

from app.settings import Settings

TALKATIVE = ("aiohttp.access", "alembic", "httpx", "httpx2", "mcp")
"""Libraries that tell of every step of theirs."""


class JsonFormatter(logging.Formatter):
    """One JSON object a line, with the ids of the current trace."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        span = trace.get_current_span().get_span_context()
        if span.is_valid:
            line |= {"trace_id": f"{span.trace_id:032x}", "span_id": f"{span.span_id:016x}"}
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line)


def configure_telemetry(level: str = "INFO", *, json_lines: bool = True) -> None:
    """Send logs to stderr: stdout belongs to answers and to MCP's stdio transport."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if json_lines else logging.Formatter("%(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def observe(settings: Settings, service: str) -> None:
    """Configure what a process that runs long tells of itself: its logs and traces."""
    configure_telemetry(settings.log_level)
    export_traces(settings, service)


def export_traces(settings: Settings, service: str) -> None:
    """Send spans to the collector that `OTEL_EXPORTER_OTLP_ENDPOINT` names, if it names one.

    Whose spans they are is `autodoc-SERVICE`; what is left is sent when the process ends.
    """
    if settings.otlp_endpoint is None:
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415 - slow, rare
        OTLPSpanExporter,
    )
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - slow, rare
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 - slow, rare
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415 - slow, rare

    provider = TracerProvider(resource=Resource.create({"service.name": f"autodoc-{service}"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
