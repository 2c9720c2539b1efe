"""Are code blocks verbatim, and are diagrams what their language and the code allow?"""

import functools
import html
import re
import textwrap
from collections.abc import Iterator, Sequence

from benchmarks.second_check.commit import Commit
from benchmarks.second_check.inline import read_inline
from benchmarks.second_check.markdown import Fence, words
from benchmarks.second_check.mermaid import Chart, read_chart
from benchmarks.second_check.places import next_text, places_alone, text_at
from benchmarks.second_check.site import Finding, Site, Target

_INDEXES = frozenset({"__init__", "__main__", "index", "mod", "doc", "lib", "main"})
_ROOTS = frozenset({"lib", "main", "mod"})
_TOKEN = re.compile(r"[^\W\d]\w*|\d[\w.]*|\"[^\"\n]*\"|\.\.\.|[^\w\s]")
_HTML = re.compile(r"</?(?:pre|code|b|i|em|strong|p|ul|ol|li|a|br|h\d|blockquote)\b[^<>]*>")
_INLINE_TAG = re.compile(r"\{@\w+\s+((?:[^{}]|\{[^{}]*\})*)\}")
_CONTINUED = re.compile(r"\\[ \t]*$", re.MULTILINE)
_MORE = re.compile(r"^# and \d+ more lines?$")
"""How a page says that it shows the first lines of a step."""
_OPENERS = frozenset({"const", "var", "type", "val", "export"})
"""Words that stand once before a group of declarations."""
_LOOSE = frozenset(";,…")
"""Marks that a declaration may gain or lose with its layout."""
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
    alone = fence.info in {"ts", "tsx", "typescript"} and len(fence.body) == 1
    if alone and (lost := lost_separator(fence.body[0])):
        message = f"nothing separates the members of the type: {lost}"
        yield Finding(page, fence.line, "code-block", message)
    fault = _source_fault(site, page, fence)
    if fault:
        yield Finding(page, fence.line, "code-block", fault)


def _source_fault(site: Site, page: str, fence: Fence) -> str:
    """Hold a block against the lines that it is said to come from, or the whole commit."""
    claim = _claim(site, page, fence)
    if claim is not None:
        verbatim = _is_verbatim(site.commit, claim, fence.body)
        return "" if verbatim else f"the code is not verbatim lines of {_name(claim)}"
    lines = site.lines[page]
    below = places_alone(site, page, next_text(lines, fence.end))
    if below and not places_alone(site, page, fence.before):
        declared = _declares(text_at(site.commit, below, above=True), fence.body)
        return "" if declared else f"the declaration is not what stands at {_name(below[0])}"
    if _occurs(site.commit, fence.body):
        return ""
    above = places_alone(site, page, fence.before)
    if above and _holds_each(site.commit.texts.get(above[0].path, ""), fence.body):
        return ""
    return "the code names no source and stands in no file of the commit"


def _name(place: Target) -> str:
    return f"{place.path}#{place.fragment}"


def _declares(source: str, body: Sequence[str]) -> bool:
    """Find the marks of a declaration in their order; bodies and comments may be left out."""
    lines = list(body)
    while lines and lines[0].lstrip().startswith(("@", "#[")) and len(lines) > 1:
        parts = lines.pop(0).split("…")  # a cut of a long one is marked so
        if not all(squeeze(part.rstrip(" ,)")) in squeeze(source) for part in parts):
            return False
    shown = _TOKEN.findall("\n".join(lines))
    while shown and shown[0] in _OPENERS:
        shown.pop(0)
    written = iter(_TOKEN.findall(source))
    return all(token in written for token in shown if token not in _LOOSE)


def _holds_each(text: str, body: Sequence[str]) -> bool:
    """Say whether each line stands in a file: the commands of a job come from several steps."""
    squeezed = squeeze(_CONTINUED.sub("", text))
    shown = (line for line in body if not _MORE.match(line))
    return all(squeeze(_CONTINUED.sub("", line).removesuffix("…")) in squeezed for line in shown)


def lost_separator(code: str) -> str:
    """Find members of a TypeScript type that were put on one line with nothing between them."""
    for match in _MEMBERS.finditer(code):
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
    needle = squeeze("\n".join(body))
    bare = squeeze_code("\n".join(body))
    probe = next(words(" ".join(body)), "")
    return any(
        needle in squeeze(text) or bare in squeeze_code(text) or needle in _squeeze_html(text)
        for path, text in commit.texts.items()
        if not probe or probe in commit.words[path]
    )


@functools.lru_cache(maxsize=4096)
def squeeze(text: str) -> str:
    """Drop white space, the marks of comments, and the comma before a closing bracket."""
    plain = re.sub(r"^(?:[ \t]*(?://+!?|\*(?=\s|$)|#+))+", "", text, flags=re.MULTILINE)
    return re.sub(r",(?=[)\]}>])", "", re.sub(r"\s+", "", plain))


@functools.lru_cache(maxsize=4096)
def _squeeze_html(text: str) -> str:
    """Read comments that are written in HTML, as Java's are, then drop white space."""
    plain = _INLINE_TAG.sub(r"\1", text)
    return squeeze(html.unescape(_HTML.sub("", plain)))


@functools.lru_cache(maxsize=4096)
def squeeze_code(text: str) -> str:
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
    if stem in _ROOTS:  # Rust: a crate's root goes by `crate`, by `super` and by the crate's name
        stem = f"crate super {stem} {folder.removesuffix('/src')}"
    elif stem in _INDEXES:
        stem = f"{stem} {folder.rpartition('/')[2]}"
    return set(words(stem.replace("-", " ")))


def _stems(commit: Commit, folder: str) -> Iterator[str]:
    for path in commit.files:
        if path.startswith(f"{folder}/"):
            yield from _names(path)
