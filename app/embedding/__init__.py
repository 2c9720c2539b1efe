"""From texts to vectors: a bundled static model, or any embedding model that LiteLLM reaches."""

from app.embedding.embedder import Embedder
from app.errors import ConfigurationError
from app.settings import EmbeddingSettings

__all__ = ["Embedder", "open_embedder"]


def open_embedder(settings: EmbeddingSettings) -> Embedder:
    """Choose the embedder; nothing heavy is imported or read before it is first used."""
    from app.embedding.static import BUNDLED, StaticEmbedder

    if settings.model == "bundled":
        if settings.dimensions not in {None, BUNDLED.dimensions}:
            raise ConfigurationError(
                f"the bundled embedding model has {BUNDLED.dimensions} dimensions: remove"
                " AUTODOC_EMBEDDING__DIMENSIONS or set AUTODOC_EMBEDDING__MODEL"
            )
        return StaticEmbedder()

    from app.embedding.lite_llm import LiteLlmEmbedder

    if settings.dimensions is None:
        raise ConfigurationError(
            f"set AUTODOC_EMBEDDING__DIMENSIONS: how long are the vectors of {settings.model}?"
        )
    if "/" not in settings.model:
        raise ConfigurationError(
            f"AUTODOC_EMBEDDING__MODEL: {settings.model!r} should be `bundled` or `provider/model`,"
            f" such as `openai/{settings.model}`"
        )
    return LiteLlmEmbedder(
        settings.model,
        settings.dimensions,
        timeout=settings.timeout,
        batch=settings.batch,
        api_key=settings.api_key,
        api_base=settings.api_base,
    )
