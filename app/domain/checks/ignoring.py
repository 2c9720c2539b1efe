"""Findings that somebody accepts: by a comment on a line or in a page, or by configuration.

`<!-- autodoc-ignore: RULE reason -->` covers its own line and the next one,
`<!-- autodoc-ignore-file: RULE reason -->` the page; MDX writes `{/* … */}` around the same words.
"""

import fnmatch
import re
from collections.abc import Iterator, Mapping, Sequence

from app.domain.checks.finding import Finding, Severity
from app.domain.value import Value
from app.domain.wiki.configuration.config import FILE_NAME, Ignored

_COMMENT = re.compile(
    r"(?:<!--|\{/\*)\s*autodoc-ignore(?P<file>-file)?:(?P<told>.*?)(?:-->|\*/\})", re.DOTALL
)
RULE = "ignore"


class Waiver(Value):
    """One comment that accepts findings."""

    page: str
    line: int
    rule: str
    reason: str
    whole: bool
    """Whether it speaks of the whole page."""

    def covers(self, finding: Finding) -> bool:
        """Say whether it accepts a finding."""
        is_near = self.whole or finding.line in (self.line, self.line + 1)
        return self.page == finding.page and is_near and self.rule in ("*", finding.rule)


def read_waivers(page: str, text: str) -> tuple[Waiver, ...]:
    """Read a page's comments; those shown in a code block or a code span are examples."""
    return tuple(_waivers(page, _without_code(text)))


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
    left = [
        each
        for each in findings
        if not any(waiver.covers(each) for waiver in waivers)
        and not any(_accepts(ignored, each) for ignored in accepted)
    ]
    left += [problem for each in waivers for problem in _problems(each, findings)]
    for ignored in accepted if complete else ():
        if not any(_accepts(ignored, each) for each in findings):
            message = f"nothing is found of `{ignored.rule}` on `{ignored.page}`: remove the entry"
            left.append(_finding(FILE_NAME, 0, message, Severity.WARNING))
    return sorted(left, key=lambda each: (each.page, each.line, each.rule, each.message))


def _waivers(page: str, text: str) -> Iterator[Waiver]:
    for found in _COMMENT.finditer(text):
        rule, _, reason = " ".join(found["told"].split()).partition(" ")
        line = text.count("\n", 0, found.end()) + 1
        yield Waiver(
            page=page, line=line, rule=rule, reason=reason.strip(" :—-"), whole=bool(found["file"])
        )


def _without_code(text: str) -> str:
    """Blank out code, so that a page can show how a comment is written."""
    blanked = re.compile(r"^(\s*)(`{3,}|~{3,}).*?(?:^\s*\2|\Z)|`[^`\n]+`", re.DOTALL | re.MULTILINE)
    return blanked.sub(lambda found: "\n" * found[0].count("\n"), text)


def _problems(waiver: Waiver, findings: Sequence[Finding]) -> Iterator[Finding]:
    if not waiver.rule:
        yield _finding(waiver.page, waiver.line, "the comment names no rule")
    elif not waiver.reason:
        message = f"say after `{waiver.rule}` why its findings are accepted"
        yield _finding(waiver.page, waiver.line, message)
    elif not any(waiver.covers(each) for each in findings):
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
