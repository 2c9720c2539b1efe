import asyncio
import json
import math
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from app.embedding import open_embedder
from app.embedding.lite_llm import LiteLlmEmbedder
from app.errors import ConfigurationError, ModelError
from app.settings import EmbeddingSettings


class Provider:
    """An OpenAI-compatible server that answers as a test says."""

    def __init__(self) -> None:
        self.requests: list[list[str]] = []
        self.keys: set[str] = set()
        self.dimensions = 4
        self.status = 200
        self.delay = 0.0

    async def answer(self, request: web.Request) -> web.Response:
        texts = json.loads(await request.text())["input"]
        self.requests.append(texts)
        self.keys.add(request.headers["Authorization"])
        await asyncio.sleep(self.delay)
        if self.status != 200:
            return web.json_response({"error": {"message": "key sk-123"}}, status=self.status)
        data = [
            {"index": index, "embedding": [float(len(text))] * self.dimensions}
            for index, text in enumerate(texts)
        ]
        return web.json_response({"object": "list", "model": "m", "data": data[::-1]})


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
async def embedder(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[LiteLlmEmbedder]:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-123")
    app = web.Application()
    app.router.add_post("/v1/embeddings", provider.answer)
    async with TestServer(app) as server:
        yield LiteLlmEmbedder(
            "openai/m", 4, timeout=5, batch=2, api_base=str(server.make_url("/v1"))
        )


async def test_texts_are_sent_in_batches_and_come_back_in_order(
    embedder: LiteLlmEmbedder, provider: Provider
) -> None:
    vectors = await embedder.embed(["a", "bb", ""])

    assert provider.requests == [["a", "bb"], ["-"]]
    assert len(vectors) == 3
    assert all(math.isclose(sum(x * x for x in vector), 1) for vector in vectors)


async def test_a_key_of_the_settings_is_used_instead_of_the_providers_variable(
    embedder: LiteLlmEmbedder, provider: Provider
) -> None:
    await embedder.embed(["a"])
    assert provider.keys == {"Bearer sk-123"}
    provider.dimensions = 8
    app = web.Application()
    app.router.add_post("/v1/embeddings", provider.answer)
    async with TestServer(app) as server:
        settings = EmbeddingSettings(
            model="openai/m",
            dimensions=8,
            api_key=SecretStr("sk-embedding"),
            api_base=str(server.make_url("/v1")),
        )
        await open_embedder(settings).embed(["b"])
    assert provider.keys == {"Bearer sk-123", "Bearer sk-embedding"}


async def test_other_dimension_is_refused_with_the_right_one(
    embedder: LiteLlmEmbedder, provider: Provider
) -> None:
    provider.dimensions = 6

    with pytest.raises(ConfigurationError, match="AUTODOC_EMBEDDING__DIMENSIONS=6"):
        await embedder.embed(["a"])


@pytest.mark.parametrize(
    ("status", "error"), [(401, ConfigurationError), (404, ConfigurationError), (500, ModelError)]
)
async def test_refusal_is_told_without_the_key(
    embedder: LiteLlmEmbedder, provider: Provider, status: int, error: type[Exception]
) -> None:
    provider.status = status

    with pytest.raises(error) as caught:
        await embedder.embed(["a"])

    assert "sk-123" not in str(caught.value)
    assert len(provider.requests) <= 3


async def test_provider_that_does_not_answer_is_given_up(provider: Provider) -> None:
    provider.delay = 30
    app = web.Application()
    app.router.add_post("/v1/embeddings", provider.answer)
    async with TestServer(app) as server:
        slow = LiteLlmEmbedder("openai/m", 4, timeout=0.2, api_base=str(server.make_url("/v1")))
        with pytest.raises(ModelError):
            await slow.embed(["a"])
