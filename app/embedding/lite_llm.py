"""Any embedding model that LiteLLM reaches."""

import asyncio
import logging
import math
import os
from collections.abc import Sequence
from types import ModuleType
from typing import Any

from pydantic import SecretStr

from app.embedding.static import StaticEmbedder
from app.errors import ConfigurationError, ModelError

_REFUSED = frozenset({400, 401, 403, 404, 422})
_MAX_CHARACTERS = 30_000
"""Of one text; a passage is far smaller, a question may be anything."""


class LiteLlmEmbedder:
    """Asks a provider; a key that it is not given LiteLLM seeks in the environment."""

    def __init__(
        self,
        model: str,
        dimensions: int,
        *,
        timeout: float = 60,
        batch: int = 64,
        api_key: SecretStr | None = None,
        api_base: str | None = None,
    ) -> None:
        self.name = model
        self.dimensions = dimensions
        self._timeout = timeout
        self._batch = batch
        self._api_key = api_key
        self._api_base = api_base
        # LiteLLM's own counter downloads tokenizers; a near relative is near enough.
        self._counter = StaticEmbedder()

    def count_tokens(self, text: str) -> int:
        """Count tokens with the bundled tokenizer, which counts about a tenth more than most."""
        return self._counter.count_tokens(text)

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Return one vector of length 1 for each text.

        Raises ConfigurationError when the provider refuses model, key or dimension, and ModelError
        when it fails or takes too long.
        """
        litellm = await asyncio.to_thread(_import_litellm)
        vectors: list[list[float]] = []
        for start in range(0, len(texts), self._batch):
            vectors += await self._ask(litellm, texts[start : start + self._batch])
        return vectors

    async def _ask(self, litellm: ModuleType, texts: Sequence[str]) -> list[list[float]]:
        from openai import OpenAIError  # noqa: PLC0415 - LiteLLM's errors derive from it

        try:
            # LiteLLM tries a failed request three times; all of that has one limit.
            async with asyncio.timeout(self._timeout):
                answer = await litellm.aembedding(
                    model=self.name,
                    input=[_acceptable(text) for text in texts],
                    dimensions=self.dimensions,
                    drop_params=True,
                    encoding_format="float",
                    timeout=self._timeout,
                    api_key=self._api_key.get_secret_value() if self._api_key else None,
                    api_base=self._api_base,
                )
        except TimeoutError:
            raise ModelError(
                f"the embedding model {self.name} did not answer within {self._timeout:.0f} s"
            ) from None
        except OpenAIError as error:
            raise self._explain(error) from error
        return self._checked(answer.data, len(texts))

    def _explain(self, error: Exception) -> ConfigurationError | ModelError:
        status = getattr(error, "status_code", None)
        # Not the provider's text: it may quote the key.
        if status in _REFUSED:
            return ConfigurationError(
                f"the provider refuses the embedding model {self.name} (status {status}): check"
                " AUTODOC_EMBEDDING__MODEL and AUTODOC_EMBEDDING__API_KEY"
            )
        return ModelError(f"the embedding model {self.name} failed ({type(error).__name__})")

    def _checked(self, data: Sequence[Any], expected: int) -> list[list[float]]:
        ordered = sorted(data, key=lambda each: int(each["index"]))
        vectors = [[float(number) for number in each["embedding"]] for each in ordered]
        if len(vectors) != expected:
            raise ModelError(
                f"the embedding model {self.name} gave {len(vectors)} vectors for {expected} texts"
            )
        for vector in vectors:
            if len(vector) != self.dimensions:
                raise ConfigurationError(
                    f"the vectors of {self.name} have {len(vector)} dimensions: set"
                    f" AUTODOC_EMBEDDING__DIMENSIONS={len(vector)}"
                )
        return [_normal(vector) for vector in vectors]


def _acceptable(text: str) -> str:
    # Providers refuse an empty text, and JSON a lone surrogate.
    return text[:_MAX_CHARACTERS].encode("utf-8", "replace").decode().strip() or "-"


def _normal(vector: Sequence[float]) -> list[float]:
    length = math.sqrt(sum(number * number for number in vector))
    if not math.isfinite(length):
        raise ModelError("the embedding model gave a vector that is not made of numbers")
    return [number / length for number in vector] if length else list(vector)


def _import_litellm() -> ModuleType:
    """Import LiteLLM so that it asks no network, prints nothing and reads no `.env`."""
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    os.environ["LITELLM_MODE"] = "PRODUCTION"
    os.environ.setdefault("LITELLM_LOG", "CRITICAL")
    import litellm  # noqa: PLC0415 - seconds that only those pay who embed with it

    litellm.suppress_debug_info = True
    logging.getLogger("LiteLLM").setLevel(logging.CRITICAL)
    return litellm
