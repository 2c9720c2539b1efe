"""A documentation folder with records, of pages that a test writes."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from app.analysis.extract import extract
from app.domain.code.citation import CitedSymbol, Reliance
from app.domain.wiki.citing import symbol_citation
from app.domain.wiki.page import PageKind, PageSpec, RenderedSection, Sentence
from app.domain.wiki.record import PageRecord, write_record
from app.domain.wiki.site.ownership import digests_of
from tests.integration.git.repositories import commit, git

OUTPUT = "docs/autodoc"


class Said(NamedTuple):
    """A sentence, and the symbol that it cites."""

    text: str
    path: str
    symbol: str
    relies: Reliance = Reliance.BEHAVIOUR


def add_page(
    repository: Path,
    name: str,
    said: Sequence[Said],
    *,
    subjects: Sequence[str] = (),
    writer: str = "provider/model",
) -> str:
    """Commit a page about the sources as they are, and return the commit of its stamp."""
    stamp = git(repository, "rev-parse", "HEAD")
    page_id = name.removesuffix(".md").replace("/", "-")
    body = "\n\n".join(each.text for each in said)
    text = (
        f"# {page_id}\n\n## Facts\n\n{body}\n\n---\n\n"
        f"<!-- autodoc page={page_id} commit={stamp} recipe=1 -->\n"
    )
    (digest,) = digests_of(text.encode())
    cited = [_cited(repository, each) for each in said]
    section = RenderedSection(
        anchor="facts",
        heading="Facts",
        digest="0" * 16,
        cited=tuple(cited),
        sentences=tuple(
            Sentence(text=each.text, cites=(f"{each.path}:{each.symbol}",), relies=each.relies)
            for each in said
        ),
    )
    spec = PageSpec(
        id=page_id,
        path=name,
        title=page_id,
        kind=PageKind.NARRATIVE,
        subjects=tuple(subjects or {each.path for each in said}),
    )
    record = PageRecord(spec=spec, digest=digest, sections=(section,), writer=writer)
    commit(
        repository,
        {
            f"{OUTPUT}/{name}": text,
            f"{OUTPUT}/.autodoc/{page_id}.json": write_record(record),
        },
    )
    return stamp


def _cited(repository: Path, said: Said) -> CitedSymbol:
    facts = extract("python", (repository / said.path).read_bytes())
    symbol = next(each for each in facts.symbols if each.name == said.symbol)
    return symbol_citation(said.path, symbol, said.relies)


def change(repository: Path, path: str, before: str, after: str) -> str:
    """Replace a part of a file, commit it and return the commit."""
    text = (repository / path).read_text()
    assert before in text
    commit(repository, {path: text.replace(before, after)})
    return git(repository, "rev-parse", "HEAD")
