"""What tokens cost."""

from google.adk.models.llm_response import LlmResponse
from google.genai import types

from app.domain.value import Value
from app.domain.wiki.page import TokenUsage


class Price(Value):
    """US dollars for one token."""

    input: float
    output: float

    def of(self, input_tokens: int, output_tokens: int) -> float:
        """Price a call."""
        return input_tokens * self.input + output_tokens * self.output


FREE = Price(input=0.0, output=0.0)


def usage_of(response: LlmResponse, price: Price) -> TokenUsage:
    """Read what a response used; one without figures counts as nothing."""
    used: types.GenerateContentResponseUsageMetadata | None = response.usage_metadata
    if used is None:
        return TokenUsage()
    asked = used.prompt_token_count or 0
    answered = (used.candidates_token_count or 0) + (used.thoughts_token_count or 0)
    return TokenUsage(
        calls=1,
        input_tokens=asked,
        output_tokens=answered,
        cost=price.of(asked, answered),
    )
