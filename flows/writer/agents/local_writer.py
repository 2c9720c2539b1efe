"""The local writer: a deterministic model that says what the facts say, and nothing else."""

from collections.abc import AsyncGenerator, Callable

from google.adk.models import BaseLlm, LlmCapabilities
from google.adk.models.llm_request import LlmRequest
from google.adk.models.llm_response import LlmResponse
from google.genai import types
from pydantic import ConfigDict
from typing_extensions import override

from app.domain.wiki.narrative.briefing import Briefing
from app.domain.wiki.page import Draft, WikiStructure
from flows.writer.agents.answers import PlannedPage, StructureAnswer, answer_of
from flows.writer.agents.fence import fenced

LOCAL = "local"
BRIEFING = "BRIEFING"
PROPOSAL = "PROPOSAL"

Compose = Callable[[Briefing], Draft]
"""Says what the local writer says."""


class LocalWriter(BaseLlm):
    """Answers a page's prompt from its briefing and a structure's prompt with the proposal.

    It needs no key, no network and no time, and says the same for the same facts.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    model: str = LOCAL
    compose: Compose

    @property
    @override
    def capabilities(self) -> LlmCapabilities:
        """Return what it can do: it calls no tools."""
        return LlmCapabilities(output_schema_and_tools=True)

    @override
    async def generate_content_async(
        self, llm_request: LlmRequest, stream: bool = False
    ) -> AsyncGenerator[LlmResponse, None]:
        """Answer the first of the prompt's blocks that it can read."""
        prompt = "".join(
            part.text or "" for content in llm_request.contents for part in content.parts or []
        )
        yield LlmResponse(
            content=types.Content(role="model", parts=[types.Part(text=self._answer(prompt))]),
            finish_reason=types.FinishReason.STOP,
            model_version=LOCAL,
        )

    def _answer(self, prompt: str) -> str:
        briefing = fenced(BRIEFING, prompt)
        if briefing is not None:
            draft = self.compose(Briefing.model_validate_json(briefing))
            return answer_of(draft).model_dump_json()
        proposal = fenced(PROPOSAL, prompt)
        if proposal is None:
            return ""
        return structure_answer_of(WikiStructure.model_validate_json(proposal)).model_dump_json()


def structure_answer_of(structure: WikiStructure) -> StructureAnswer:
    """Say a structure in the words of an answer."""
    return StructureAnswer(
        title=structure.title,
        pages=[
            PlannedPage(
                id=page.id,
                title=page.title,
                section=page.section,
                purpose=page.purpose,
                subjects=list(page.subjects),
            )
            for page in structure.pages
        ],
    )
