"""What the stages of a run are called for people."""

from collections.abc import Mapping

from app.domain.work.job import FlowName

STAGES: Mapping[str, str] = {
    "fetch": "Fetching the repository",
    "facts": "Reading the code",
    "estimate": "Models",
    "verdicts": "Finding what is not true any more",
    "structure": "Planning the pages",
    "pages": "Writing pages",
    "checks": "Rendering and checking",
    "publish": "Putting the pages in place",
    "index": "Making them searchable",
}

FLOWS: Mapping[FlowName, str] = {
    FlowName.FULL_GENERATION: "Full documentation",
    FlowName.INCREMENTAL_UPDATE: "Update",
    FlowName.INDEX_PAGES: "Index of merged pages",
    FlowName.ONBOARDING: "First pull request",
    FlowName.PROCESS_SCOPE: "Pages of a scope",
}
