"""A model around a model."""

from google.adk.models import BaseLlm, LlmCapabilities
from typing_extensions import override


class WrappingLlm(BaseLlm):
    """Passes on what the inner model can do; a subclass adds one thing to its calls."""

    inner: BaseLlm

    @property
    @override
    def capabilities(self) -> LlmCapabilities:
        """Return those of the inner model: a wrapper changes when it is called, not what it can."""
        return self.inner.capabilities
