from app.domain.checks.finding import Finding, Severity
from app.domain.checks.ignoring import apply_waivers
from app.domain.wiki.configuration.config import Ignored

DEAD = Finding(rule="link", page="a.md", line=3, message="there is no page `gone.md`")


def left(text: str, *accepted: Ignored) -> list[tuple[str, int, Severity]]:
    found = apply_waivers([DEAD], {"a.md": text}, accepted)
    return [(each.rule, each.line, each.severity) for each in found]


def test_a_comment_covers_its_line_and_the_next() -> None:
    comment = "<!-- autodoc-ignore: link it comes back in May -->"

    assert left(f"\n\n[a](gone.md) {comment}\n") == []
    assert left(f"\n{comment}\n[a](gone.md)\n") == []
    assert left("\n{/* autodoc-ignore: link it comes back in May */}\n[a](gone.md)\n") == []
    assert ("link", 3, Severity.ERROR) in left(f"{comment}\n\n[a](gone.md)\n")


def test_a_comment_may_speak_of_the_whole_page() -> None:
    assert left("\n\n[a](gone.md)\n\n<!-- autodoc-ignore-file: * imported text -->\n") == []


def test_a_comment_without_a_reason_is_a_finding_and_an_unused_one_a_warning() -> None:
    assert left("\n\n[a](gone.md) <!-- autodoc-ignore: link -->\n") == [
        ("ignore", 3, Severity.ERROR)
    ]
    assert ("ignore", 1, Severity.WARNING) in left("<!-- autodoc-ignore: path old -->\n")


def test_a_comment_that_is_only_shown_does_nothing() -> None:
    shown = "```\n<!-- autodoc-ignore-file: link why -->\n```\n"

    assert left(shown) == [("link", 3, Severity.ERROR)]


def test_the_configuration_accepts_by_rule_page_and_text() -> None:
    fitting = Ignored(rule="link", page="*.md", text="gone", reason="soon back")
    useless = Ignored(rule="link", page="b/*", reason="was once needed")

    assert left("", fitting) == []
    assert left("", fitting, useless) == [("ignore", 0, Severity.WARNING)]
