import json
import re

from app.cli.check_formats import Format, show
from app.domain.checks.finding import Finding, Severity
from app.domain.checks.rules import RULES

FOUND = [
    Finding(rule="link", page="a b.md", line=3, message="there is no page `100%`"),
    Finding(rule="orphan", page="c,d.md", message="two\nlines", severity=Severity.WARNING),
]


def shown(form: Format) -> str:
    return show(FOUND, form, lambda page: f"docs/{page}")


def test_people_read_one_line_a_finding_and_a_summary() -> None:
    assert shown(Format.TEXT).splitlines() == [
        "docs/a b.md:3: error: there is no page `100%` [link]",
        r"docs/c,d.md:0: warning: two\nlines [orphan]",
        "link 1, orphan 1, on 2 pages.",
        "2 findings.",
    ]
    assert show([], Format.TEXT, str) == "0 findings."


def test_what_a_page_says_starts_no_line_and_no_command() -> None:
    hostile = "no heading `#a\n::error file=app.py,line=1::pwned\x1b[2J\u202e ##[debug]x`"
    found = [
        Finding(rule="anchor", page="::error::x.md", line=1, message=hostile),
        Finding(rule="anchor", page="a\n::error::x.md", line=1, message="words"),
    ]

    lines = show(found, Format.TEXT, str).splitlines()

    assert lines[0] == (
        r"./::error::x.md:1: error: no heading `#a\n::error file=app.py,line=1::pwned\x1b[2J\u202e"
        r" ##\[debug]x` [anchor]"
    )
    assert lines[1] == r"a\n::error::x.md:1: error: words [anchor]"
    assert len(lines) == 4


def test_workflow_commands_escape_what_github_would_read() -> None:
    assert shown(Format.GITHUB).splitlines() == [
        "::error file=docs/a b.md,line=3,title=autodoc link::there is no page `100%25`",
        "::warning file=docs/c%2Cd.md,line=1,title=autodoc orphan::two\\nlines",
    ]


def test_sarif_has_what_code_scanning_needs() -> None:
    log = json.loads(shown(Format.SARIF))

    (run,) = log["runs"]
    assert log["version"] == "2.1.0"
    rules = [each["id"] for each in run["tool"]["driver"]["rules"]]
    first, second = run["results"]
    assert [rules[each["ruleIndex"]] for each in (first, second)] == ["link", "orphan"]
    place = first["locations"][0]["physicalLocation"]
    assert place == {
        "artifactLocation": {"uri": "docs/a%20b.md"},
        "region": {"startLine": 3},
    }
    assert (first["level"], second["level"]) == ("error", "warning")
    assert first["message"] == {"text": "there is no page `100%`"}


def test_sarif_keeps_to_what_the_standard_demands() -> None:
    log = json.loads(shown(Format.SARIF))

    assert set(log) <= {"$schema", "version", "runs", "inlineExternalProperties", "properties"}
    assert log["$schema"].endswith("sarif-2.1.0.json")
    for run in log["runs"]:
        driver = run["tool"]["driver"]
        assert driver["name"]
        ids = [rule["id"] for rule in driver["rules"]]
        assert len(ids) == len(set(ids))
        assert all(rule["shortDescription"]["text"] for rule in driver["rules"])
        assert run["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints")
        for result in run["results"]:
            assert result["ruleId"] == ids[result["ruleIndex"]]
            assert result["level"] in ("none", "note", "warning", "error")
            assert result["message"]["text"]
            for location in result["locations"]:
                place = location["physicalLocation"]
                assert place["region"]["startLine"] >= 1
                # A relative reference of RFC 3986: no blank, no scheme, no leading slash.
                assert re.fullmatch(
                    r"[\w.~%!$&'()*+,;=@-][\w./~%!$&'()*+,;=@-]*", place["artifactLocation"]["uri"]
                )


def test_every_rule_that_a_log_names_is_described() -> None:
    every = [Finding(rule=rule, page="a.md", line=1, message="words") for rule in RULES]
    (run,) = json.loads(show(every, Format.SARIF, str))["runs"]

    told = {each["id"]: each["shortDescription"]["text"] for each in run["tool"]["driver"]["rules"]}
    assert told == RULES
