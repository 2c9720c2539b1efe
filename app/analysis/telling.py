"""What one file tells in fixed forms, whatever kind of file it is."""

from app.analysis.artifacts import read_artifacts, wants_text
from app.analysis.manifests.registry import is_manifest, read_manifest
from app.domain.code.facts import FileFacts
from app.domain.wiki.told import Papers, told_of


def told_in(path: str, text: str, facts: FileFacts | None) -> frozenset[str]:
    """Fingerprint all that pages can tell of a file and its lines, for verdicts on citations."""
    if not wants_text(path):
        return told_of(facts, Papers())
    read = read_artifacts({path: text})
    papers = Papers(
        manifest=read_manifest(path, text) if is_manifest(path) else None,
        documents=read["documents"],
        targets=read["make_targets"],
        jobs=read["ci_jobs"],
        services=read["services"],
    )
    return told_of(facts, papers)
