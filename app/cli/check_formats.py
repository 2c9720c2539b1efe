"""Findings as people, programs, GitHub's code scanning and GitHub's workflows read them."""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from urllib.parse import quote

from app.domain.checks.finding import Finding, Severity, printable
from app.domain.checks.rules import RULES

CODE_LINES = 8
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


class Format(StrEnum):
    """How findings are printed."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"


def show(findings: Sequence[Finding], form: Format, place: Callable[[str], str]) -> str:
    """Print findings; `place` turns a page into the path under which the reader knows it."""
    if form is Format.JSON:
        return json.dumps([each.model_dump(mode="json") for each in findings], indent=2)
    if form is Format.SARIF:
        return json.dumps(_sarif(findings, place), indent=2)
    if form is Format.GITHUB:
        return "\n".join(_command(each, place) for each in findings)
    lines = [line for each in findings for line in (_line(each, place), *_code(each))]
    return "\n".join([*lines, _summary(findings)])


def _line(finding: Finding, place: Callable[[str], str]) -> str:
    """Print as compilers do, so that editors can jump to the line."""
    name = printable(place(finding.page))
    where = f"./{name}" if name.lstrip().startswith("::") else name
    told = f"{where}:{finding.line}: {finding.severity}: {finding.message} [{finding.rule}]"
    # In a workflow a line that begins with `::`, or has `##[` anywhere, is a command.
    return told.replace("##[", r"##\[")


def _code(finding: Finding) -> list[str]:
    """Show the current code below a finding that is about it."""
    lines = finding.code.splitlines()
    cut = [f"    now | … {len(lines) - CODE_LINES} more lines"] if len(lines) > CODE_LINES else []
    return [*(f"    now | {printable(each)}" for each in lines[:CODE_LINES]), *cut]


def _summary(findings: Sequence[Finding]) -> str:
    count = "1 finding" if len(findings) == 1 else f"{len(findings)} findings"
    pages = len({each.page for each in findings})
    if len(findings) <= 1 or pages <= 1:
        return f"{count}."
    rules = Counter(each.rule for each in findings)
    told = ", ".join(f"{rule} {number}" for rule, number in sorted(rules.items()))
    return f"{told}, on {pages} pages.\n{count}."


def _command(finding: Finding, place: Callable[[str], str]) -> str:
    """Print a workflow command, whose own marks are escaped as GitHub asks."""
    kind = "error" if finding.severity is Severity.ERROR else "warning"
    file, title = (_property(each) for each in (place(finding.page), f"autodoc {finding.rule}"))
    message = _told(finding).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return f"::{kind} file={file},line={max(finding.line, 1)},title={title}::{message}"


def _told(finding: Finding) -> str:
    """Say what is wrong, and what the code is now."""
    return f"{finding.message}\nThe code now:\n{finding.code}" if finding.code else finding.message


def _property(text: str) -> str:
    marks = {"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"}
    return "".join(marks.get(char, char) for char in text)


def _sarif(findings: Sequence[Finding], place: Callable[[str], str]) -> Mapping[str, object]:
    rules = sorted({each.rule for each in findings})
    driver = {
        "name": "AutoDoc",
        "rules": [
            {"id": rule, "shortDescription": {"text": RULES.get(rule, rule)}} for rule in rules
        ],
    }
    results = [_result(each, rules, place) for each in findings]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _result(
    finding: Finding, rules: Sequence[str], place: Callable[[str], str]
) -> Mapping[str, object]:
    location = {
        "artifactLocation": {"uri": quote(printable(place(finding.page)))},
        "region": {"startLine": max(finding.line, 1)},
    }
    return {
        "ruleId": finding.rule,
        "ruleIndex": rules.index(finding.rule),
        "level": str(finding.severity),
        "message": {"text": _told(finding)},
        "locations": [{"physicalLocation": location}],
    }
