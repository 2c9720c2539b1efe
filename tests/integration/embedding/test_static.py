import asyncio
import math
import subprocess
import sys

import pytest

from app.embedding import open_embedder
from app.embedding.static import StaticEmbedder
from app.errors import ConfigurationError
from app.settings import EmbeddingSettings


def cosine(first: list[float], second: list[float]) -> float:
    return sum(a * b for a, b in zip(first, second, strict=True))


async def test_alike_texts_have_near_vectors() -> None:
    cart, basket, weather = await StaticEmbedder().embed(
        ["adding an item to the shopping cart", "put a product into the basket", "rain and snow"]
    )

    assert math.isclose(cosine(cart, cart), 1, abs_tol=1e-5)
    assert cosine(cart, basket) > cosine(cart, weather) + 0.1


async def test_same_text_always_has_the_same_vector() -> None:
    embedder = StaticEmbedder()
    texts = [f"text {number}" for number in range(600)]

    together = await embedder.embed(texts)
    alone = await asyncio.gather(*(embedder.embed([text]) for text in texts[:5]))

    assert [vectors[0] for vectors in alone] == together[:5]
    assert {len(vector) for vector in together} == {embedder.dimensions}


async def test_text_without_a_token_and_odd_text_have_a_vector_too() -> None:
    empty, odd = await StaticEmbedder().embed(["", "half \ud800 nul \x00"])

    assert set(empty) == {0.0}
    assert math.isclose(cosine(odd, odd), 1, abs_tol=1e-5)


def test_tokens_are_counted_without_limit_or_padding() -> None:
    embedder = StaticEmbedder()

    assert embedder.count_tokens("") == 0
    assert embedder.count_tokens("word " * 2000) >= 2000


def test_choosing_an_embedder_imports_nothing_heavy() -> None:
    program = (
        "import sys; from app.embedding import open_embedder; from app.settings import *;"
        "open_embedder(EmbeddingSettings());"
        "open_embedder(EmbeddingSettings(model='openai/x', dimensions=8));"
        "print(*{'numpy', 'tokenizers', 'litellm', 'wordllama'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == ""


@pytest.mark.parametrize(
    ("settings", "advice"),
    [
        (EmbeddingSettings(dimensions=64), "bundled embedding model has 256"),
        (EmbeddingSettings(model="openai/x"), "set AUTODOC_EMBEDDING__DIMENSIONS"),
        (EmbeddingSettings(model="x", dimensions=64), "such as `openai/x`"),
    ],
)
def test_embedder_that_cannot_work_is_refused(settings: EmbeddingSettings, advice: str) -> None:
    with pytest.raises(ConfigurationError, match=advice):
        open_embedder(settings)
