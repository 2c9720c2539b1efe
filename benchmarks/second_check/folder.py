"""What concerns the folder as a whole: every page reached, listed, stamped and recorded."""

import json
import re
from collections.abc import Iterator

from benchmarks.second_check.markdown import Document, read_markdown
from benchmarks.second_check.site import Finding, Site

_CITATION = re.compile(r"\[E\d+(?:,\s*E\d+)*\]")
INDEX_NAMES = ("index.md", "README.md")


def check_page(site: Site, page: str) -> Iterator[Finding]:
    """Judge what is neither link nor code: headings, HTML, left-over marks, the stamp."""
    document = site.pages[page]
    titles = [heading for heading in document.headings if not heading.quoted]
    if not titles or site.files[page].decode().split("\n", 1)[0].strip() == "":
        yield Finding(page, 1, "heading", "the page does not begin with a title")
    for heading in titles:
        if not heading.text.strip():
            yield Finding(page, heading.line, "heading", "the heading is empty")
    yield from _check_text(document, page)
    if not any(site.commit.sha in comment.text for comment in document.comments):
        yield Finding(page, 1, "stamp", "no comment names the commit")


def _check_text(document: Document, page: str) -> Iterator[Finding]:
    for tag in document.tags:
        yield Finding(page, tag.line, "html", f"raw HTML: {tag.text[:60]}")
    for block in document.prose:
        for citation in _CITATION.findall(block.text):
            yield Finding(page, block.line, "citation", f"a citation was left: {citation}")
    for stray in document.strays:
        yield Finding(page, stray.line, "stray-mark", "a backtick has no partner")


def check_folder(site: Site) -> Iterator[Finding]:
    """Judge the index, the list for language models and the records."""
    index = next((name for name in INDEX_NAMES if name in site.pages), None)
    if index is None:
        yield Finding(INDEX_NAMES[0], 0, "index", "there is no index page")
    else:
        for page in sorted(set(site.pages) - _reachable(site, index)):
            yield Finding(page, 0, "orphan", f"no way of links leads here from {index}")
    yield from _check_list(site)
    yield from _check_records(site)


def _reachable(site: Site, index: str) -> set[str]:
    seen, waiting = {index}, [index]
    while waiting:
        page = waiting.pop()
        for placed in site.pages[page].links:
            target = site.resolve(page, placed.link.target)
            if target.kind == "page" and target.path in site.pages and target.path not in seen:
                seen.add(target.path)
                waiting.append(target.path)
    return seen


def _check_list(site: Site) -> Iterator[Finding]:
    if "llms.txt" not in site.files:
        yield Finding("llms.txt", 0, "llms", "the file is missing")
        return
    listed = set()
    for placed in read_markdown(site.files["llms.txt"].decode()).links:
        target = site.resolve("llms.txt", placed.link.target)
        listed.add(target.path)
        if target.kind == "page" and target.path not in site.files:
            message = f"no such page: {placed.link.target}"
            yield Finding("llms.txt", placed.line, "llms", message)
    for page in sorted(set(site.pages) - listed):
        yield Finding("llms.txt", 0, "llms", f"{page} is not listed")


def _check_records(site: Site) -> Iterator[Finding]:
    for path, content in site.files.items():
        if not path.endswith(".json"):
            continue
        try:
            record = json.loads(content)
        except ValueError:
            yield Finding(path, 0, "record", "the file is not JSON")
            continue
        for cited in _cited(record):
            yield from _check_cited(site, path, cited)


def _cited(record: object) -> Iterator[dict[str, object]]:
    """Find every mapping that names a path and its lines, however deep."""
    if isinstance(record, dict):
        if {"path", "first_line", "last_line"} <= record.keys():
            yield record
        record = list(record.values())
    if isinstance(record, list):
        for each in record:
            yield from _cited(each)


def _check_cited(site: Site, record: str, cited: dict[str, object]) -> Iterator[Finding]:
    path, first, last = (cited[name] for name in ("path", "first_line", "last_line"))
    if not isinstance(path, str) or path not in site.commit.files:
        yield Finding(record, 0, "record", f"the commit has no such file: {path}")
    elif not isinstance(first, int) or not isinstance(last, int):
        yield Finding(record, 0, "record", f"a line of {path} is not a number")
    elif not 1 <= first <= last <= max(1, len(site.commit.lines(path))):
        yield Finding(record, 0, "record", f"{path} has no lines {first}-{last}")
