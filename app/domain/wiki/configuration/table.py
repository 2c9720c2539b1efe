"""The keys of `.autodoc.yaml`: one table from which it is read, published and explained."""

from enum import StrEnum

from app.domain.wiki.configuration.config import (
    BudgetCaps,
    CheckMode,
    Checks,
    Commits,
    CommitStyle,
    Config,
    Detail,
    Ignored,
    PinnedPage,
    Publish,
    Readme,
    SiteKind,
    Style,
)
from app.domain.wiki.configuration.forms import (
    Amount,
    Choice,
    Field,
    Group,
    Listing,
    Switch,
    Text,
    one_line,
    tidy_path,
)

_NOT_UPWARDS = r"(?!\s*/)(?!(?:.*/)?\s*\.\.\s*(?:/|$))"
_NOT_ITSELF = r"(?!\s*(?:\./?)+\s*$)"
_NOT_GIT = (
    r"(?!(?:.*/)?\s*(?:\.[gG][iI][tT](?:[hH][uU][bB])?[ .]*|[gG][iI][tT]~[0-9]+)\s*(?:/|$))"
    r"(?!\s*(?:\.?/+)*-)"
)
"""Not where git or GitHub looks for its own files, by any name that a file system gives them."""
_NAMED = (
    r"[^\s*?\[\\][^*?\[\\<>:\"|`\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e"
    r"\u2060-\u206f\ufeff]*"
)
"""Without what file systems, pages and shells use for other things, and what cannot be seen."""
_LINE = r"^\s*\S[^\r\n]*\s*$"

GLOB = Text(
    300,
    "a path or glob within the folder of this file",
    rf"^{_NOT_UPWARDS}(?!\s*!)\s*\S[^\r\n]*\s*$",
    tidy_path,
)
GLOB_BELOW = Text(
    GLOB.most,
    "a path or glob below the folder of this file",
    rf"^{_NOT_ITSELF}{GLOB.pattern[1:]}",
    tidy_path,
)
FOLDER = Text(
    200,
    "a folder inside the repository, below the folder of this file and outside of .git and .github",
    rf"^{_NOT_UPWARDS}{_NOT_GIT}{_NOT_ITSELF}\s*{_NAMED}\s*$",
    tidy_path,
)
BRANCH = Text(255, "the name of a branch or a glob of names", r"^\s*[^\s~^:\\]+\s*$")
LABEL = Text(50, "the name of a label", _LINE, one_line)
REVIEWER = Text(
    140,
    "the login of a person, or `organisation/team`",
    r"^\s*[A-Za-z0-9][A-Za-z0-9-]{0,38}(?:/[A-Za-z0-9][A-Za-z0-9._-]{0,99})?\s*$",
)
PAGE_GLOB = Text(300, "a glob of pages within the output folder", _LINE, one_line)
WORDS = Text(200, "a few words on one line", r"^[^\r\n]*\s*$", one_line)
TITLE = Text(120, "a title on one line", _LINE, one_line)
SENTENCE = Text(400, "a sentence on one line", _LINE, one_line)
PROSE = Text(8_000, "text")


def _choice(words: type[StrEnum]) -> Choice:
    return Choice(tuple(map(str, words)))


STYLE = Group(
    Style,
    (
        Field("audience", WORDS, "For whom the guide is written, in a few words."),
        Field("tone", WORDS, "How it sounds, in a few words."),
        Field("detail", _choice(Detail), "How much a page tells."),
        Field("language", WORDS, "The language of the prose (`German`); empty for English."),
    ),
)
PAGE = Group(
    PinnedPage,
    (
        Field("title", TITLE, "The title of the page.", required=True),
        Field("purpose", SENTENCE, "What a reader finds there.", required=True),
        Field(
            "subjects",
            Listing(GLOB, 50),
            "Globs or folders that it is about; empty for the whole scope.",
        ),
    ),
)
BUDGET = Group(
    BudgetCaps,
    (
        Field("run", Amount(), "The most that one run may cost, in US dollars.", example="2.50"),
        Field("month", Amount(), "The most that a month may cost.", example="20"),
    ),
)
IGNORED = Group(
    Ignored,
    (
        Field("rule", TITLE, "The rule of the findings, `*` for every rule.", required=True),
        Field("page", PAGE_GLOB, "A glob of the pages in which they are."),
        Field("text", WORDS, "What the message of the finding must hold; empty for any."),
        Field("reason", SENTENCE, "Why they are accepted.", required=True),
    ),
)
CHECKS = Group(
    Checks,
    (
        Field("mode", _choice(CheckMode), "What a finding in a pull request does."),
        Field("ignore", Listing(IGNORED, 200), "Findings that are known and accepted."),
    ),
)
COMMITS = Group(
    Commits,
    (
        Field(
            "style",
            _choice(CommitStyle),
            "How subjects and titles are written; conventional ones begin with `docs:`.",
        ),
        Field("sign_off", Switch(), "Whether the App signs each commit off, as the DCO asks."),
    ),
)
ROOT = Group(
    Config,
    (
        Field(
            "include",
            Listing(GLOB, 200),
            "Globs or folders that are documented, from the folder of this file; empty for all.",
        ),
        Field("exclude", Listing(GLOB_BELOW, 200), "Globs or folders that are not documented."),
        Field("output", FOLDER, "The folder of the pages, from the folder of this file."),
        Field(
            "publish",
            _choice(Publish),
            "Which pages a pull request holds: the front page, the guide, or all with the"
            " reference.",
        ),
        Field("site", _choice(SiteKind), "For which generator of sites the pages are laid out."),
        Field("readme", _choice(Readme), "Whether a summary is kept in the README, between marks."),
        Field("agents", Switch(), "Whether AGENTS.md is written."),
        Field("style", STYLE, "How the guide is written."),
        Field("instructions", PROSE, "What every writer is told, in your words."),
        Field(
            "pages",
            Listing(PAGE, 50),
            "Pages that the guide must have: title, purpose and, if you like, subjects.",
        ),
        Field(
            "branches",
            Listing(BRANCH, 50),
            "Globs of the branches that are documented; empty for the default branch alone.",
        ),
        Field("labels", Listing(LABEL, 20), "Labels of the documentation pull request."),
        Field(
            "reviewers",
            Listing(REVIEWER, 15),
            "Who is asked to review it; empty for the owners that CODEOWNERS names of the code.",
        ),
        Field("draft", Switch(), "Whether it is opened as a draft."),
        Field("commit", COMMITS, "How the commits of the pull request are written."),
        Field("budget", BUDGET, "Caps on what models may cost; the operator's bind all the same."),
        Field("checks", CHECKS, "How pages are checked."),
    ),
)
