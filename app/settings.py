"""The one place that reads the environment."""

import os
import re
from decimal import Decimal
from pathlib import Path

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.errors import ConfigurationError

MIN_SECRET_BYTES = 32
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.\[\]:-]+/?")


def default_data_dir() -> Path:
    """Choose where the database and the mirrors live."""
    if os.geteuid() == 0:
        return Path("/var/lib/autodoc")
    return platformdirs.user_data_path("autodoc")


class Group(BaseModel):
    """Settings that share a prefix, e.g. `AUTODOC_BUDGET__`."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class DatabaseSettings(Group):
    """The connections of one process."""

    pool_size: int = Field(10, ge=1)
    max_overflow: int = Field(5, ge=0)
    pool_timeout: float = Field(30, gt=0)
    """Seconds to wait for a free connection."""
    pool_recycle: int = Field(1800, gt=0)
    """Seconds after which a connection is replaced."""
    pool_pre_ping: bool = True
    connect_timeout: float = Field(10, gt=0)
    statement_timeout: float = Field(60, gt=0)
    """Seconds that one statement may take."""


class GitHubSettings(Group):
    """The GitHub App; nothing here is needed to document a checkout."""

    app_id: int | None = None
    private_key: SecretStr | None = None
    """The PEM text; a file's path is given as `AUTODOC_GITHUB__PRIVATE_KEY_PATH`."""
    private_key_path: Path | None = None
    webhook_secret: SecretStr | None = None
    """One or, while they are changed, several separated by commas, each of 32 bytes or more. Only
    the server process is given it."""
    client_id: str | None = None
    """Of the App, for people who sign in to see jobs."""
    client_secret: SecretStr | None = None
    """Only the server process is given it."""
    api_url: str = "https://api.github.com"
    web_url: str = "https://github.com"
    request_timeout: float = Field(30, gt=0)
    """Seconds that one request may take."""
    write_spacing: float = Field(1, ge=0)
    """Seconds between two requests that write: GitHub asks for one at least."""
    max_wait: float = Field(120, ge=0)
    """Seconds to wait for a rate limit within a run before the job is put back."""

    @field_validator("webhook_secret")
    @classmethod
    def _long_enough(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and any(
            len(each.encode()) < MIN_SECRET_BYTES for each in split_secrets(secret)
        ):
            raise ValueError(f"each secret should have at least {MIN_SECRET_BYTES} bytes")
        return secret


def split_secrets(secret: SecretStr | None) -> tuple[str, ...]:
    """List the secrets of a comma-separated setting."""
    text = secret.get_secret_value() if secret else ""
    return tuple(each.strip() for each in text.split(",") if each.strip())


class ModelSettings(Group):
    """A `provider/model` for one role; a role without one uses `AUTODOC_MODEL`."""

    structure: str | None = None
    page: str | None = None
    critic: str | None = None
    readme: str | None = None


class RefineSettings(Group):
    """When a draft is good enough."""

    attempts: int = Field(3, ge=1, le=10)
    floor: float = Field(5.0, ge=0, le=10)
    """The least that a critic must give for each criterion."""
    threshold: float = Field(7.0, ge=0, le=10)
    """The least that the criteria must give on average."""
    tool_rounds: int = Field(8, ge=0)
    """How often a writer may use tools in one attempt."""
    calls: int = Field(40, ge=1)
    """How many model calls one page may take."""
    max_output_tokens: int = Field(8000, ge=256)
    call_timeout: float = Field(280, gt=0)
    """Seconds that one model call may take."""
    page_timeout: float = Field(1200, gt=0)
    """Seconds that one page may take."""
    parallel_calls: int = Field(5, ge=1)
    evidence_tokens: int = Field(12_000, ge=500)
    """How much evidence a page's prompt may hold; what is more is chosen, or summarised first."""
    tool_less: str = ""
    """Models that cannot call tools, separated by commas: they get source in their prompts."""


class PriceSettings(Group):
    """US dollars for a million tokens."""

    input: float = Field(ge=0)
    output: float = Field(ge=0)
    cached_input: float | None = Field(None, ge=0)
    """Of tokens that the provider had in its cache; left out: as of any other."""


class BudgetSettings(Group):
    """Caps in US dollars that bind before each model call, and what an estimate reckons with."""

    job: Decimal = Field(Decimal(5), ge=0)
    """All attempts and all scopes of one job."""
    repository_month: Decimal = Field(Decimal(50), ge=0)
    """All jobs of one repository in a calendar month (UTC)."""
    installation_month: Decimal = Field(Decimal(100), ge=0)
    """All jobs of the repositories of one account that installed the App, in such a month."""
    month: Decimal = Field(Decimal(200), ge=0)
    """All jobs of all repositories in a calendar month (UTC)."""
    prices: dict[str, PriceSettings] = {}
    """By a model's name as it is chosen; they go before LiteLLM's own."""
    call_seconds: float = Field(10, ge=0)
    """How long an estimate thinks that one model call takes."""
    drafts: float = Field(1.3, ge=1)
    """How many drafts an estimate thinks that a page takes until it is good."""
    tool_rounds: float = Field(2, ge=0)
    """How often an estimate thinks that a writer looks into the source for one draft."""


class CapSettings(Group):
    """How much of a repository is read; beyond it a run documents what fits and says so."""

    file_bytes: int = Field(1_000_000, ge=1)
    files: int = Field(20_000, ge=1)
    repository_bytes: int = Field(500_000_000, ge=1)
    git_timeout: float = Field(1800, gt=0)
    """Seconds that fetching a repository may take."""
    run_timeout: float = Field(3600, gt=0)
    """Seconds that a whole run may take."""
    attempts: int = Field(5, ge=1)
    """How often a job is tried."""
    settle: float = Field(3, ge=0)
    """Seconds that a push waits for further ones before its job starts."""
    parsers: int = Field(0, ge=0)
    """Processes that parse; 0 means one for each core."""
    waiting_jobs: int = Field(50, ge=1)
    """Jobs that may be due and wait; what asks for one more is tried again later."""
    parallel_jobs: int = Field(0, ge=0)
    """Jobs that run at once; 0 means 2 as child processes and 8 on Prefect."""
    commands_hour: int = Field(20, ge=1)
    """Commands that one person may give in a repository within an hour."""
    nice: int = Field(10, ge=0, le=19)
    """How much runs yield the processor to the server; 0: not at all."""
    keep_days: int = Field(30, ge=1, le=36_500)
    """Days after which a processed delivery, and what an ended job left behind, is removed."""


class OnboardingSettings(Group):
    """How a repository begins, and which may."""

    samples: bool = True
    """Whether the first pull request asks for consent, with a few pages; else it holds all pages
    that are made without a model."""
    allow: str = ""
    """Globs of `owner/name` separated by commas; empty: every repository of an installation."""
    wave: int = Field(10, ge=1)
    """How many repositories of one installation begin together."""
    wave_s: float = Field(3600, ge=0)
    """Seconds between two such waves."""


class ImpactSettings(Group):
    """How the server judges pull requests: in processes of its own, without a model."""

    processes: int = Field(1, ge=1, le=64)
    timeout: float = Field(120, gt=0)
    """Seconds that judging one pull request may take."""
    memory_mb: int = Field(4096, ge=256)
    """How much memory one process may take, in MiB."""


class EmbeddingSettings(Group):
    """Which embedding model indexes and searches."""

    model: str = "bundled"
    """`bundled`, or a `provider/model` that LiteLLM reaches."""
    dimensions: int | None = Field(None, ge=8, le=4000)
    """Needed for a LiteLLM model."""
    api_key: SecretStr | None = None
    """Of its provider; a variable of its own, because whoever holds it must not see the key of a
    generative model."""
    api_base: str | None = None
    """Where the model is reached, when that is not its provider's usual address."""
    timeout: float = Field(60, gt=0)
    batch: int = Field(64, ge=1)


class ChunkSettings(Group):
    """How pages are cut, in tokens of the embedder."""

    target: int = Field(256, ge=32)
    maximum: int = Field(384, ge=32)
    overlap: int = Field(30, ge=0)
    minimum: int = Field(50, ge=0)


class RankingSettings(Group):
    """How the ranked lists are fused: weight / (k + rank), as measured on 683 queries."""

    k: int = Field(10, ge=1)
    chunk_weight: float = Field(1.0, ge=0)
    page_weight: float = Field(0.5, ge=0)
    semantic_weight: float = Field(0.5, ge=0)
    exact_rows: int = Field(20_000, ge=1)
    """Documentation sets up to this many passages are searched exactly, without the HNSW index."""


class McpSettings(Group):
    """The MCP server over HTTP."""

    host: str = "127.0.0.1"
    port: int = Field(8081, ge=0, le=65535)
    """0: `autodoc serve` starts none."""
    app_url: str = ""
    """Where a person installs the App; named when a repository is unknown."""
    names: str = ""
    """Further host names by which clients reach it, separated by commas, such as a proxy's."""


class Settings(BaseSettings):
    """Everything an operator can set; nothing has to be."""

    model_config = SettingsConfigDict(
        env_prefix="AUTODOC_",
        env_nested_delimiter="__",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    data_dir: Path = Field(default_factory=default_data_dir)
    database_url: SecretStr | None = None
    database: DatabaseSettings = DatabaseSettings()
    github: GitHubSettings = GitHubSettings()
    model: str | None = None
    models: ModelSettings = ModelSettings()
    refine: RefineSettings = RefineSettings()
    budget: BudgetSettings = BudgetSettings()
    caps: CapSettings = CapSettings()
    onboarding: OnboardingSettings = OnboardingSettings()
    impact: ImpactSettings = ImpactSettings()
    embedding: EmbeddingSettings = EmbeddingSettings()
    chunks: ChunkSettings = ChunkSettings()
    ranking: RankingSettings = RankingSettings()
    mcp: McpSettings = McpSettings()
    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65535)
    public_url: str = ""
    """Where people's browsers reach the server; empty: nobody is shown a job, and nothing links
    to one."""
    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")
    prefect_api_url: str | None = Field(None, validation_alias="PREFECT_API_URL")
    otlp_endpoint: str | None = Field(None, validation_alias="OTEL_EXPORTER_OTLP_ENDPOINT")
    """The collector that traces are sent to; the exporter reads its other variables itself."""

    @field_validator("public_url")
    @classmethod
    def _is_an_origin(cls, url: str) -> str:
        if url and not _ORIGIN.fullmatch(url):
            raise ValueError(
                "should be an address without a path, like https://autodoc.example.com"
            )
        return url.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _needs_its_driver(cls, url: SecretStr | None) -> SecretStr | None:
        # Not a PostgresDsn: that refuses the empty host of a URL for a Unix socket.
        if url is not None and not url.get_secret_value().startswith("postgresql+asyncpg://"):
            raise ValueError("should begin with postgresql+asyncpg://")
        return url


def load_settings() -> Settings:
    """Read the environment.

    Raises ConfigurationError that names each wrong variable and never quotes a value.
    """
    try:
        return Settings()
    except ValidationError as error:
        faults = "; ".join(
            f"AUTODOC_{'__'.join(str(part) for part in fault['loc']).upper()}: {fault['msg']}"
            for fault in error.errors(include_input=False)
        )
        raise ConfigurationError(faults) from None


def inherited_environment() -> dict[str, str]:
    """Copy the whole environment, for the supervisor to cut down to what a zone may see."""
    return dict(os.environ)
