"""Findings that somebody accepts: by a comment on a line or in a page, or by configuration.

`<!-- autodoc-ignore: RULE reason -->` covers its own line and the next one,
`<!-- autodoc-ignore-file: RULE reason -->` the page; MDX writes `{/* … */}` around the same words.
A comment counts where Markdown reads one, and never on a page that we wrote: what stands there
comes from the repository and from a model, and neither may switch a check off.
"""

import fnmatch
import re
from collections.abc import Iterator, Mapping, Sequence

from markdown_it.tree import SyntaxTreeNode

from app.domain.checks.finding import Finding, Severity
from app.domain.checks.rules import RULES
from app.domain.checks.site import SitePage
from app.domain.value import Value
from app.domain.wiki.configuration.config import FILE_NAME, Ignored
from app.domain.wiki.configuration.forms import near_to
from app.domain.wiki.configuration.scope import Scope
from app.domain.wiki.markdown import line_of

_TOLD = r"\s*autodoc-ignore(?P<file>-file)?:(?P<told>(?:(?!-->|<!--|\*/\}).){0,500})"
_COMMENT = re.compile(rf"<!--{_TOLD}-->", re.DOTALL)
_EXPRESSION = re.compile(rf"(?<!\\)\{{/\*{_TOLD}\*/\}}", re.DOTALL)
_SPAN = re.compile(r"(?<!`)`{1,3}(?!`)[^`]+`{1,3}")
RULE = "ignore"


class Waiver(Value):
    """One comment that accepts findings."""

    page: str
    line: int
    rule: str
    reason: str
    whole: bool
    """Whether it speaks of the whole page."""


_Key = tuple[str, str, int | None]
"""A page, a rule, and a line or None for all."""


def read_waivers(page: str, text: str) -> tuple[Waiver, ...]:
    """Read the comments of a page that people wrote; a page of ours has none."""
    parsed = SitePage(page, text)
    if "autodoc-ignore" not in text or parsed.is_ours:
        return ()
    is_mdx = page.endswith(".mdx")
    return tuple(
        _waiver(page, found, line)
        for content, first in _contents(parsed.root, is_mdx=is_mdx)
        for pattern in ((_COMMENT, _EXPRESSION) if is_mdx else (_COMMENT,))
        for found in pattern.finditer(content)
        for line in (first + content.count("\n", 0, found.end()),)
    )


def apply_waivers(
    findings: Sequence[Finding],
    files: Mapping[str, str],
    accepted: Sequence[Ignored] = (),
    *,
    complete: bool = True,
) -> list[Finding]:
    """Leave out what is accepted, and find acceptances without a reason or without a use.

    Of a set that is not `complete` nobody knows which entries of the configuration are of use.
    """
    waivers = [each for page, text in files.items() for each in read_waivers(page, text)]
    given = {_key(each) for each in waivers}
    covered = [(each, given.intersection(_keys(each))) for each in findings]
    used = {key for _, keys in covered for key in keys}
    left = [
        each
        for each, keys in covered
        if not keys and not any(_accepts(ignored, each) for ignored in accepted)
    ]
    left += [problem for each in waivers for problem in _problems(each, is_used=_key(each) in used)]
    for ignored in accepted if complete else ():
        if not any(_accepts(ignored, each) for each in findings):
            message = f"nothing is found of `{ignored.rule}` on `{ignored.page}`: remove the entry"
            left.append(_finding(FILE_NAME, 0, message, Severity.WARNING))
    return sorted(left, key=lambda each: (each.page, each.line, each.rule, each.message))


def unknown_rules(scope: Scope) -> list[str]:
    """Warn of rules that a configuration accepts findings of, and that do not exist."""
    line = scope.lines.get("checks.ignore", 1)
    return [
        f"{scope.file}:{line}: `checks.ignore`: there is no rule `{rule}`{near_to(rule, RULES)}"
        for rule in dict.fromkeys(each.rule for each in scope.config.checks.ignore)
        if rule not in RULES and rule != "*"
    ]


def _contents(root: SyntaxTreeNode, *, is_mdx: bool) -> Iterator[tuple[str, int]]:
    """Give all HTML of a page, of MDX its text too, each with its line; code is neither."""
    first = breaks = 0
    for node in root.walk():
        if node.type == "html_block":
            yield node.content, (node.map or (0, 0))[0] + 1
        elif node.type == "inline":
            first, breaks = line_of(node), 0
            if is_mdx:
                yield _SPAN.sub(lambda found: "\n" * found[0].count("\n"), node.content), first
        elif node.type == "html_inline":
            yield node.content, first + breaks
            breaks += node.content.count("\n")
        elif node.type in ("softbreak", "hardbreak"):
            breaks += 1


def _waiver(page: str, found: re.Match[str], line: int) -> Waiver:
    rule, _, reason = " ".join(found["told"].split()).partition(" ")
    return Waiver(
        page=page, line=line, rule=rule, reason=reason.strip(" :—-"), whole=bool(found["file"])
    )


def _key(waiver: Waiver) -> _Key:
    return waiver.page, waiver.rule, None if waiver.whole else waiver.line


def _keys(finding: Finding) -> Iterator[_Key]:
    """Give all under which a finding may be accepted."""
    for rule in ("*", finding.rule):
        for line in (None, finding.line, finding.line - 1):
            yield finding.page, rule, line


def _problems(waiver: Waiver, *, is_used: bool) -> Iterator[Finding]:
    if not waiver.rule:
        yield _finding(waiver.page, waiver.line, "the comment names no rule")
    elif not waiver.reason:
        message = f"say after `{waiver.rule}` why its findings are accepted"
        yield _finding(waiver.page, waiver.line, message)
    elif not is_used:
        message = f"there is no finding of `{waiver.rule}` here: remove the comment"
        yield _finding(waiver.page, waiver.line, message, Severity.WARNING)


def _accepts(ignored: Ignored, finding: Finding) -> bool:
    return (
        ignored.rule in ("*", finding.rule)
        and fnmatch.fnmatchcase(finding.page, ignored.page)
        and ignored.text in finding.message
    )


def _finding(page: str, line: int, message: str, severity: Severity = Severity.ERROR) -> Finding:
    return Finding(rule=RULE, page=page, line=line, message=message, severity=severity)
