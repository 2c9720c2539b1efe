"""Are code blocks verbatim, and are diagrams what their language and the code allow?"""

import functools
import re
import textwrap
from collections.abc import Iterator, Sequence

from benchmarks.second_check.commit import Commit
from benchmarks.second_check.inline import read_inline
from benchmarks.second_check.markdown import Fence, words
from benchmarks.second_check.mermaid import Chart, read_chart
from benchmarks.second_check.site import Finding, Site, Target

_INDEXES = frozenset({"__init__", "__main__", "index", "mod", "doc"})
_RELATIVE = re.compile(r"""["'](?:\.{1,2}/?)+["']|^\s*from \.+ import""", re.MULTILINE)
"""An import of the importer's own folder, or of one around it, names no file."""

_MEMBERS = re.compile(r"([\w$]+|[\])}>'\"]) ([A-Za-z_$][\w$]*\??): ")
_MODIFIERS = frozenset(
    {"readonly", "public", "private", "protected", "static", "declare", "abstract", "override"}
    | {"get", "set", "async", "export", "const", "let", "var"}
)


def check_fences(site: Site, page: str) -> Iterator[Finding]:
    """Judge every fence of a page."""
    for fence in site.pages[page].fences:
        if not fence.closed:
            yield Finding(page, fence.line, "fence", "the fence is never closed")
        if fence.info.split(" ")[0] == "mermaid":
            yield from _check_chart(site.commit, page, fence)
        elif not fence.quoted:
            yield from _check_code(site, page, fence)


def _check_code(site: Site, page: str, fence: Fence) -> Iterator[Finding]:
    if not any(line.strip() for line in fence.body):
        yield Finding(page, fence.line, "fence", "the fence is empty")
        return
    if lost := _lost_separator(fence):
        message = f"nothing separates the members of the type: {lost}"
        yield Finding(page, fence.line, "code-block", message)
    claim = _claim(site, page, fence)
    if claim is None:
        if not _occurs(site.commit, fence.body):
            message = "the code names no source and stands in no file of the commit"
            yield Finding(page, fence.line, "code-block", message)
    elif not _is_verbatim(site.commit, claim, fence.body):
        message = f"the code is not verbatim lines of {claim.path}#{claim.fragment}"
        yield Finding(page, fence.line, "code-block", message)


def _lost_separator(fence: Fence) -> str:
    """Find members of a TypeScript type that were put on one line with nothing between them."""
    if fence.info not in {"ts", "tsx", "typescript"} or len(fence.body) != 1:
        return ""
    for match in _MEMBERS.finditer(fence.body[0]):
        if match.group(1) not in _MODIFIERS:
            return match.group()
    return ""


def _claim(site: Site, page: str, fence: Fence) -> Target | None:
    """Find the source range that the line above the fence announces, as in `[file.py:3](…):`."""
    if fence.before.rstrip().endswith(("):", "):*")):
        for link in reversed(read_inline(fence.before).links):
            target = site.resolve(page, link.target)
            if target.kind == "source" and target.lines and target.path in site.commit.files:
                return target
    return None


def _is_verbatim(commit: Commit, claim: Target, body: Sequence[str]) -> bool:
    """Compare with the range; a block may lose its common indent, and may be cut off at its end."""
    first, last = claim.lines or (0, 0)
    source = _plain(commit.lines(claim.path)[first - 1 : last])
    shown = _plain(body)
    if shown and shown[-1].strip(" #/*-") in {"…", "..."}:
        shown = shown[:-1]
    return source[: len(shown)] == shown


def _plain(lines: Sequence[str]) -> list[str]:
    text = textwrap.dedent("\n".join(line.rstrip().expandtabs(4) for line in lines))
    return text.strip("\n").split("\n")


def _occurs(commit: Commit, body: Sequence[str]) -> bool:
    """Search the code in every file, whatever the layout; it may stand in a comment there."""
    needle = _squeeze("\n".join(body))
    bare = _squeeze_code("\n".join(body))
    probe = next(words(" ".join(body)), "")
    return any(
        needle in _squeeze(text) or bare in _squeeze_code(text)
        for path, text in commit.texts.items()
        if not probe or probe in commit.words[path]
    )


@functools.lru_cache(maxsize=4096)
def _squeeze(text: str) -> str:
    """Drop white space, the marks of comments, and the comma before a closing bracket."""
    plain = re.sub(r"^(?:[ \t]*(?://+!?|\*(?=\s|$)|#+))+", "", text, flags=re.MULTILINE)
    return re.sub(r",(?=[)\]}>])", "", re.sub(r"\s+", "", plain))


@functools.lru_cache(maxsize=4096)
def _squeeze_code(text: str) -> str:
    """Drop whole comments, white space, and the comma before a closing bracket."""
    bare = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    bare = re.sub(r"(?:^|(?<=\s))(?://|#).*$", "", bare, flags=re.MULTILINE)
    return re.sub(r",(?=[)\]}>])", "", re.sub(r"\s+", "", bare))


def _check_chart(commit: Commit, page: str, fence: Fence) -> Iterator[Finding]:
    chart = read_chart(fence.body)
    for line, message in chart.faults:
        yield Finding(page, fence.line + line, "diagram", message)
    for line, source, target in chart.edges:
        if not _is_plausible(commit, chart, source, target):
            labels = f"{chart.nodes[source]} → {chart.nodes[target]}"
            message = f"no file of the first names the second: {labels}"
            yield Finding(page, fence.line + line, "diagram-edge", message)


def _is_plausible(commit: Commit, chart: Chart, source: str, target: str) -> bool:
    """An arrow between two paths says that a file of the first names the second."""
    paths = [chart.nodes.get(node, "").strip("/ ") for node in (source, target)]
    if not all(path and commit.has(path) for path in paths):
        return True
    inside = [path for path in commit.words if f"{path}/".startswith(f"{paths[0]}/")]
    if any(_names(paths[1]) & commit.words[path] for path in inside):
        return True
    if paths[1] in commit.folders:
        return any(set(_stems(commit, paths[1])) & commit.words[path] for path in inside)
    return any(_RELATIVE.search(commit.texts[path]) for path in inside)


def _names(path: str) -> set[str]:
    """List the words by which code may name a file or folder: an index goes by its folder's."""
    folder, _, name = path.rpartition("/")
    stem = name.partition(".")[0]
    if stem in _INDEXES:
        stem = f"{stem} {folder.rpartition('/')[2]}"
    return set(words(stem.replace("-", " ")))


def _stems(commit: Commit, folder: str) -> Iterator[str]:
    for path in commit.files:
        if path.startswith(f"{folder}/"):
            yield from _names(path)
