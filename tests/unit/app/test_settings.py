import os
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import BaseModel

from app.errors import ConfigurationError
from app.settings import Settings, load_settings, split_secrets

EXAMPLE = Path(__file__).parents[3] / ".env.example"
UNKNOWABLE = {"AUTODOC_DATA_DIR"}
"""Its default depends on the user."""

FOREIGN = {
    "prefect_api_url": "PREFECT_API_URL",
    "otlp_endpoint": "OTEL_EXPORTER_OTLP_ENDPOINT",
}


@contextmanager
def environment(**variables: str) -> Iterator[None]:
    """Set variables for the block; settings are read from the real environment."""
    kept = dict(os.environ)
    for name in [
        name for name in os.environ if name.startswith(("AUTODOC_", "PREFECT_API", "OTEL_"))
    ]:
        del os.environ[name]
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(kept)


def flat(group: BaseModel, prefix: str = "AUTODOC_") -> dict[str, str]:
    """Write settings as variables."""
    found: dict[str, str] = {}
    for name, value in group:
        variable = FOREIGN.get(name, f"{prefix}{name}".upper())
        if isinstance(value, BaseModel):
            found |= flat(value, f"{prefix}{name}__".upper())
        elif isinstance(value, bool):
            found[variable] = str(value).lower()
        else:
            found[variable] = "" if value is None else str(value)
    return found


def read_example() -> dict[str, str]:
    lines = [line for line in EXAMPLE.read_text().splitlines() if line and line[0] != "#"]
    return dict(line.split("=", 1) for line in lines)


def same(first: str, second: str) -> bool:
    try:
        return Decimal(first) == Decimal(second)
    except ArithmeticError:
        return first == second


def test_example_names_every_setting_with_its_default() -> None:
    with environment():
        settings = flat(Settings())
    example = read_example()
    assert example.keys() == settings.keys()
    different = {
        name
        for name, value in example.items()
        if name not in UNKNOWABLE and not same(value, settings[name])
    }
    assert different == set()


def test_wrong_setting_is_named_and_its_value_is_not_quoted() -> None:
    wrong = environment(AUTODOC_DATABASE_URL="postgres://user:hunter2@host/db")
    with wrong, pytest.raises(ConfigurationError) as caught:
        load_settings()
    assert "AUTODOC_DATABASE_URL" in str(caught.value)
    assert "postgresql+asyncpg://" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_short_webhook_secret_is_refused() -> None:
    short = environment(AUTODOC_GITHUB__WEBHOOK_SECRET="x" * 40 + ",short")
    with short, pytest.raises(ConfigurationError, match="32 bytes"):
        load_settings()


def test_several_webhook_secrets_hold_while_they_are_changed() -> None:
    with environment(AUTODOC_GITHUB__WEBHOOK_SECRET=f"{'a' * 32}, {'b' * 32}"):
        assert split_secrets(load_settings().github.webhook_secret) == ("a" * 32, "b" * 32)


@pytest.mark.parametrize("url", ["autodoc.example.com", "ftp://x", "https://x/path", "https://x?"])
def test_public_address_that_is_no_origin_is_refused(url: str) -> None:
    with (
        environment(AUTODOC_PUBLIC_URL=url),
        pytest.raises(ConfigurationError, match="AUTODOC_PUBLIC_URL"),
    ):
        load_settings()


def test_empty_variable_means_the_default() -> None:
    with environment(AUTODOC_MODEL="", AUTODOC_GITHUB__APP_ID=""):
        settings = load_settings()
    assert settings.model is None
    assert settings.github.app_id is None


def test_prices_of_models_are_set_as_json() -> None:
    prices = '{"openai/own": {"input": 2.5, "output": 10, "cached_input": 1.25}}'
    with environment(AUTODOC_BUDGET__PRICES=prices):
        set_price = load_settings().budget.prices["openai/own"]
    assert (set_price.input, set_price.output, set_price.cached_input) == (2.5, 10, 1.25)
    wrong = environment(AUTODOC_BUDGET__PRICES='{"openai/own": {"input": -1, "output": 1}}')
    with wrong, pytest.raises(ConfigurationError, match="AUTODOC_BUDGET__PRICES__OPENAI/OWN"):
        load_settings()
