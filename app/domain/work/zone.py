"""Which variables of the environment a process of each zone may see.

The lists allow, they do not forbid: a variable that nobody thought of reaches nobody.
"""

from collections.abc import Mapping
from enum import StrEnum


class Zone(StrEnum):
    """A set of processes that hold the same secrets."""

    SERVER = "server"
    ORCHESTRATOR = "orchestrator"
    WRITER = "writer"
    READER = "reader"
    IMPACT = "impact"
    """Judges what strangers propose: it holds no secret but the database's address, by a pipe."""


_SYSTEM = (
    "HOME", "LANG", "LC_*", "PATH", "PYTHONWARNINGS", "SSL_CERT_DIR", "SSL_CERT_FILE", "TMPDIR",
    "TZ", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
    "REQUESTS_CA_BUNDLE",
)  # fmt: skip
_COMMON = (
    *_SYSTEM,
    "AUTODOC_DATA_DIR",
    "AUTODOC_DATABASE_URL",
    "AUTODOC_DATABASE__*",
    "AUTODOC_CAPS__*",
    "AUTODOC_CHUNKS__*",
    "AUTODOC_ONBOARDING__*",
    "AUTODOC_RANKING__*",
    "AUTODOC_LOG_LEVEL",
    "OTEL_*",
)
_PREFECT = ("PREFECT_*",)
_EMBEDDING = ("AUTODOC_EMBEDDING__*",)
"""With the embedding model's own key: those index, search or answer `/autodoc ask`."""
_APP_KEY = (
    "AUTODOC_GITHUB__APP_ID",
    "AUTODOC_GITHUB__PRIVATE_KEY",
    "AUTODOC_GITHUB__PRIVATE_KEY_PATH",
    "AUTODOC_GITHUB__API_URL",
    "AUTODOC_GITHUB__WEB_URL",
    "AUTODOC_GITHUB__REQUEST_TIMEOUT",
    "AUTODOC_GITHUB__MAX_WAIT",
    "AUTODOC_GITHUB__WRITE_SPACING",
)
_SERVER = (
    "AUTODOC_GITHUB__WEBHOOK_SECRET",
    "AUTODOC_GITHUB__CLIENT_ID",
    "AUTODOC_GITHUB__CLIENT_SECRET",
    "AUTODOC_HOST",
    "AUTODOC_PORT",
    "AUTODOC_IMPACT__*",
)
_LINKS = ("AUTODOC_PUBLIC_URL",)
"""Where the pages of jobs are: what is told on GitHub links there."""
_MODEL_NAMES = ("AUTODOC_MODEL", "AUTODOC_MODELS__*")
"""Without a key: an orchestrator run has to know which pages other models wrote, and the server
what an update would cost."""
_RECKONING = ("AUTODOC_BUDGET__*", "AUTODOC_REFINE__*")
"""What an estimate is made of: pull requests tell it; no key is among it."""
_MODELS = (
    *_MODEL_NAMES,
    *_RECKONING,
    "ANTHROPIC_*",
    "AWS_*",
    "AZURE_*",
    "COHERE_*",
    "DEEPSEEK_*",
    "GEMINI_*",
    "GOOGLE_*",
    "GROQ_*",
    "HOSTED_VLLM_*",
    "LM_STUDIO_*",
    "MISTRAL_*",
    "OLLAMA_*",
    "OPENAI_*",
    "OPENROUTER_*",
    "TOGETHER_*",
    "TOGETHERAI_*",
    "VERTEX_*",
    "VERTEXAI_*",
    "XAI_*",
)
_READER = ("AUTODOC_MCP__*",)

ALLOWED: Mapping[Zone, tuple[str, ...]] = {
    Zone.SERVER: (
        *_COMMON,
        *_PREFECT,
        *_APP_KEY,
        *_LINKS,
        *_SERVER,
        *_EMBEDDING,
        *_MODEL_NAMES,
        *_RECKONING,
    ),
    Zone.ORCHESTRATOR: (
        *_COMMON,
        *_PREFECT,
        *_EMBEDDING,
        *_APP_KEY,
        *_LINKS,
        *_MODEL_NAMES,
        *_RECKONING,
    ),
    Zone.WRITER: (*_COMMON, *_PREFECT, *_MODELS),
    Zone.READER: (*_COMMON, *_EMBEDDING, *_READER),
    Zone.IMPACT: _SYSTEM,
}
"""Names by zone; one with a star at its end stands for all that begin so."""


def scrub(zone: Zone, environment: Mapping[str, str]) -> dict[str, str]:
    """Keep the variables that a process of this zone may see."""
    names = frozenset(ALLOWED[zone])
    beginnings = tuple(name[:-1] for name in names if name.endswith("*"))
    return {
        name: value
        for name, value in environment.items()
        if name in names or name.startswith(beginnings)
    }
