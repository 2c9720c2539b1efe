"""What tells embedding models apart."""

from app.domain.value import Value


class EmbeddingModel(Value):
    """Vectors of different models, or of another dimension, cannot be compared."""

    name: str
    dimensions: int
