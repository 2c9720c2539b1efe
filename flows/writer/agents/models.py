"""Choosing a model and putting around it what every call needs."""

import asyncio
import logging
import os
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from google.adk.models import BaseLlm

from app.domain.work.prices import FREE, Price
from app.errors import ConfigurationError
from app.settings import RefineSettings
from flows.writer.agents.budget import Cap, CappedLlm
from flows.writer.agents.local_writer import LOCAL, LocalWriter
from flows.writer.agents.price_map import most_of_row, price_of_row
from flows.writer.agents.remembering import Generations, RememberingLlm
from flows.writer.agents.resilient import ResilientLlm

DEAREST_BELIEVABLE = 1e-4
"""Dollars for an input token; what the bundled map lists above it was entered per 1000 tokens."""

OWN_MACHINES = frozenset(
    {
        "docker_model_runner",
        "hosted_vllm",
        "lemonade",
        "llamafile",
        "lm_studio",
        "ollama",
        "ollama_chat",
    }
)
"""Providers that run on the operator's own machines, where a token has no price."""


@dataclass(frozen=True)
class Surroundings:
    """What the models of one run share."""

    generations: Generations
    cap: Cap
    gate: asyncio.Semaphore
    limits: RefineSettings
    prices: Mapping[str, Price] = field(default_factory=dict)
    """The operator's own, by a model's name."""
    api_base: str | None = None
    """Where the provider is, when its own variables (`OPENAI_API_BASE` …) do not say it."""
    api_key: str | None = None
    first_wait: float = 1.0
    """Seconds before a call is tried again."""


@dataclass(frozen=True)
class ChosenModel:
    """A model that is ready to be called, and its price."""

    name: str
    """`local`, or the name by which it was chosen."""
    llm: BaseLlm
    price: Price = FREE
    has_tools: bool = True
    """Whether it can call tools."""

    @property
    def is_local(self) -> bool:
        """Say whether this is the local writer."""
        return self.name == LOCAL


def get_model(name: str | None, around: Surroundings, local: LocalWriter) -> ChosenModel:
    """Return the model of a name: `gemini-…`, or `provider/model` of LiteLLM; None: the local one.

    It takes seconds the first time, so call it in a thread. Raises ConfigurationError.
    """
    if name is None or name == LOCAL:
        return ChosenModel(LOCAL, local)
    if name.startswith("gemini-"):
        provider = _gemini_model(name, around.api_base)
    elif "/" in name:
        provider = _litellm_model(name, around)
    else:
        raise _no_model(name)
    price = price_of(name, around.prices)
    capped = CappedLlm(model=name, inner=provider, cap=around.cap, price=price)
    resilient = ResilientLlm(
        model=name,
        inner=capped,
        gate=around.gate,
        call_timeout=around.limits.call_timeout,
        deadline=around.limits.page_timeout,
        first_wait=around.first_wait,
    )
    remembering = RememberingLlm(
        model=name, inner=resilient, generations=around.generations, price=price
    )
    return ChosenModel(name, remembering, price, can_call_tools(name, around.limits.tool_less))


def require_models(names: Iterable[str | None]) -> None:
    """Refuse what `get_model` refuses, a missing key too, without a call and without a ledger.

    It takes seconds the first time, so call it in a thread. Raises ConfigurationError.
    """
    for name in sorted({each for each in names if each} - {LOCAL}):
        if name.startswith("gemini-"):
            _gemini_model(name, None)
        elif "/" in name:
            prepare_litellm()
            _require_key(name)
        else:
            raise _no_model(name)


def can_call_tools(name: str, tool_less: str) -> bool:
    """Say whether a model can call tools: as the operator says, else as LiteLLM knows."""
    if name in (each.strip() for each in tool_less.split(",")):
        return False
    if "/" not in name:
        return True
    prepare_litellm()
    import litellm

    row = litellm.model_cost.get(name) or litellm.model_cost.get(name.partition("/")[2])
    # A model that the map does not hold may be anything: whoever runs it can say so.
    return row is None or bool(row.get("supports_function_calling"))


def price_of(name: str, prices: Mapping[str, Price] = MappingProxyType({})) -> Price:
    """Look a price up among the operator's own, then in the map that LiteLLM brings along.

    An unknown model has the dearest price, and so has what a host seems to give away. Raises
    ConfigurationError for an unknown provider.
    """
    if name in prices:
        return prices[name]
    if name.partition("/")[0] in OWN_MACHINES:
        return FREE
    prepare_litellm()
    import litellm

    try:
        asked, answered = litellm.cost_per_token(
            model=name, prompt_tokens=1000, completion_tokens=1000
        )
    except litellm.exceptions.ModelNotMappedError:
        return dearest_price()
    except litellm.exceptions.BadRequestError:
        raise _unknown_provider(name) from None
    row = litellm.model_cost.get(litellm.get_model_info(name)["key"], {})
    price, dearest = price_of_row(asked / 1000, answered / 1000, row), dearest_price()
    # A host asks money: the map lists nothing for what it sells in another way, or does not know.
    return price.model_copy(
        update={"input": price.input or dearest.input, "output": price.output or dearest.output}
    )


def dearest_price() -> Price:
    """Return the dearest believable price of the bundled map."""
    prepare_litellm()
    import litellm

    prices = [most_of_row(row) for row in litellm.model_cost.values() if row.get("mode") == "chat"]
    believable = [each for each in prices if each[0] <= DEAREST_BELIEVABLE]
    return Price(
        input=max(each[0] for each in believable), output=max(each[1] for each in believable)
    )


def prepare_litellm() -> None:
    """Import LiteLLM so that it asks no network, prints nothing and reads no `.env`."""
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    os.environ["LITELLM_MODE"] = "PRODUCTION"
    os.environ["ADK_SUPPRESS_GEMINI_LITELLM_WARNINGS"] = "true"
    os.environ.setdefault("LITELLM_LOG", "CRITICAL")
    import litellm

    litellm.suppress_debug_info = True
    # Pydantic's remark on LiteLLM's own types, made at the first answer; nobody here can heed it.
    warnings.filterwarnings("ignore", "Item '.+' on TypedDict class", UserWarning)
    for name in ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _no_model(name: str) -> ConfigurationError:
    return ConfigurationError(
        f"AUTODOC_MODEL: {name!r} should be `provider/model`, such as `openai/{name}`, "
        "or a Gemini model, such as `gemini-3.5-flash`"
    )


def _gemini_model(name: str, api_base: str | None) -> BaseLlm:
    from google.adk.models import Gemini

    model = Gemini(model=name, base_url=api_base)
    try:
        _ = model.api_client
    except ValueError:
        raise ConfigurationError(
            f"{name} needs GEMINI_API_KEY or GOOGLE_API_KEY in the environment, or Vertex AI's "
            "variables"
        ) from None
    return model


def _litellm_model(name: str, around: Surroundings) -> BaseLlm:
    prepare_litellm()
    from google.adk.models.lite_llm import LiteLlm

    if around.api_key is None:
        _require_key(name)
    given = {"api_base": around.api_base, "api_key": around.api_key}
    return LiteLlm(
        model=name,
        # LiteLLM's own retries differ by provider and do not wait, and its timeout is 6000 s.
        max_retries=0,
        num_retries=0,
        timeout=around.limits.call_timeout,
        **{key: value for key, value in given.items() if value is not None},
    )


def _require_key(name: str) -> None:
    """Raise ConfigurationError for a missing key, which providers report as a passing fault.

    Only where the key is all that is missing: some providers take credentials in other ways too.
    """
    import litellm

    try:
        litellm.get_llm_provider(name)
    except litellm.exceptions.BadRequestError:
        raise _unknown_provider(name) from None
    missing = litellm.validate_environment(model=name)["missing_keys"]
    if missing and all(each.endswith("_API_KEY") for each in missing):
        raise ConfigurationError(f"{name} needs {' or '.join(missing)} in the environment")


def _unknown_provider(name: str) -> ConfigurationError:
    return ConfigurationError(
        f"AUTODOC_MODEL: {name.partition('/')[0]!r} is not a provider that LiteLLM knows"
    )
