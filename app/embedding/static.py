"""The bundled model: a table of token vectors, averaged. It needs no network and no key."""

import asyncio
import importlib.util
import json
import os
import struct
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.domain.knowledge.embedding import EmbeddingModel
from app.errors import ConfigurationError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

BUNDLED = EmbeddingModel(name="wordllama-l2-supercat-256", dimensions=256)

_PACKAGE = "wordllama"
_WEIGHTS = "weights/l2_supercat_256.safetensors"
_TOKENIZER = "tokenizers/l2_supercat_tokenizer_config.json"
_MATRIX = "embedding.weight"
_BATCH = 256
_MAX_CHARACTERS = 100_000


class StaticEmbedder:
    """Reads the weights that the package wordllama ships, without importing the package.

    The package cannot load its own tokenizer without a network; read directly the weights need a
    third of the memory.
    """

    name = BUNDLED.name
    dimensions = BUNDLED.dimensions

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._model: _Model | None = None

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """Return one vector of length 1 for each text; all zeros when it holds no token."""
        vectors: list[list[float]] = []
        for start in range(0, len(texts), _BATCH):
            batch = [_cleaned(text) for text in texts[start : start + _BATCH]]
            vectors += await asyncio.to_thread(self._encode, batch)
        return vectors

    def _encode(self, texts: Sequence[str]) -> list[list[float]]:
        return self._loaded().encode(texts)

    def count_tokens(self, text: str) -> int:
        """Count the tokens of a text."""
        return len(self._loaded().tokenizer.encode(_cleaned(text), add_special_tokens=False).ids)

    def _loaded(self) -> "_Model":
        with self._lock:
            if self._model is None:
                self._model = _load()
            return self._model


@dataclass(frozen=True)
class _Model:
    tokenizer: "Tokenizer"
    weights: "NDArray[Any]"

    def encode(self, texts: Sequence[str]) -> list[list[float]]:
        import numpy as np  # noqa: PLC0415 - 0.1 s that only those pay who embed

        means = np.zeros((len(texts), self.weights.shape[1]), np.float32)
        encoded = self.tokenizer.encode_batch(list(texts), add_special_tokens=False)
        for index, encoding in enumerate(encoded):
            if encoding.ids:
                means[index] = self.weights[encoding.ids].astype(np.float32).mean(0)
        lengths = np.linalg.norm(means, axis=1, keepdims=True)
        normal: list[list[float]] = (means / np.maximum(lengths, 1e-9)).tolist()
        return normal


def _cleaned(text: str) -> str:
    # The tokenizer takes no lone surrogate.
    return text[:_MAX_CHARACTERS].encode("utf-8", "replace").decode()


def _load() -> _Model:
    # Many threads for a small matrix cost eight times the time on a busy machine.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from tokenizers import Tokenizer  # noqa: PLC0415 - see above

    folder = _package_folder()
    try:
        tokenizer = Tokenizer.from_file(str(folder / _TOKENIZER))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return _Model(tokenizer, _read_matrix(folder / _WEIGHTS))
    except (OSError, KeyError, ValueError, struct.error) as error:
        raise _missing() from error


def _package_folder() -> Path:
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise _missing()
    return Path(next(iter(spec.submodule_search_locations)))


def _missing() -> ConfigurationError:
    return ConfigurationError(
        "the bundled embedding model is not complete: install the package wordllama anew, or set"
        " AUTODOC_EMBEDDING__MODEL"
    )


def _read_matrix(file: Path) -> "NDArray[Any]":
    """Read the one tensor of a safetensors file: a length, a JSON header, the numbers."""
    import numpy as np  # noqa: PLC0415 - see `_Model.encode`

    content = file.read_bytes()
    (size,) = struct.unpack("<Q", content[:8])
    tensor = json.loads(content[8 : 8 + size])[_MATRIX]
    kind = {"F16": np.float16, "F32": np.float32}[tensor["dtype"]]
    first, last = tensor["data_offsets"]
    numbers = np.frombuffer(content[8 + size + first : 8 + size + last], kind)
    return numbers.reshape(tensor["shape"])
