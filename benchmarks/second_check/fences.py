"""Are code blocks verbatim, and are diagrams what their language and the code allow?"""

import re
import textwrap
from collections.abc import Iterator, Sequence

from benchmarks.second_check.commit import Commit
from benchmarks.second_check.inline import read_inline
from benchmarks.second_check.markdown import Fence, words
from benchmarks.second_check.mermaid import Chart, read_chart
from benchmarks.second_check.site import Finding, Site, Target


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
    claim = _claim(site, page, fence)
    if claim is None:
        if not _occurs(site.commit, fence.body):
            message = "the code names no source and stands in no file of the commit"
            yield Finding(page, fence.line, "code-block", message)
    elif not _is_verbatim(site.commit, claim, fence.body):
        message = f"the code is not verbatim lines of {claim.path}#{claim.fragment}"
        yield Finding(page, fence.line, "code-block", message)


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
    """Search the code in every file, whatever the layout."""
    needle = re.sub(r"\s+", "", "".join(body))
    probe = next(words(" ".join(body)), "")
    return any(
        needle in re.sub(r"\s+", "", text)
        for path, text in commit.texts.items()
        if not probe or probe in commit.words[path]
    )


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
    name = paths[1].rpartition("/")[2].partition(".")[0]
    wanted = set(words(name.replace("-", " "))) | set(_stems(commit, paths[1]))
    inside = (path for path in commit.words if path == paths[0] or path.startswith(f"{paths[0]}/"))
    return any(wanted & commit.words[path] for path in inside)


def _stems(commit: Commit, folder: str) -> Iterator[str]:
    for path in commit.files:
        if path.startswith(f"{folder}/"):
            yield from words(path.rpartition("/")[2].partition(".")[0])
