"""What a model's answers cost."""

from google.adk.models.llm_response import LlmResponse
from google.genai import types

from app.domain.wiki.page import TokenUsage
from app.domain.work.prices import Price


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
        cost=price.of(asked, answered, used.cached_content_token_count or 0),
    )
