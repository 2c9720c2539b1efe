from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

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
from app.domain.wiki.configuration.reading import (
    MAX_BYTES,
    accept,
    parse_config,
    read_bytes,
    read_text,
)
from app.domain.wiki.configuration.table import ROOT
from app.errors import ConfigurationError

EVERYTHING = """\
include: [src, 'docs/*.md']
exclude: '*.pb.go'
output: docs/pages/
publish: all
site: mkdocs
readme: root
agents: true
style:
  audience: people who embed it
  tone: dry
  detail: deep
  language: German
instructions: |
  Call it the till.
  Never the register.
pages:
  - title: The way of a sale
    purpose: >
      What happens between the till
      and the ledger.
    subjects: src/till
branches: [main, 'release/*']
labels: [documentation]
reviewers: [ann, shop/writers]
draft: true
commit: {style: conventional, sign_off: true}
budget: {run: 2.50, month: 20}
checks:
  mode: off
  ignore:
    - rule: symbol
      page: guide/*.md
      reason: The guide names a planned function.
"""


def test_an_empty_file_means_the_defaults() -> None:
    assert parse_config("") == parse_config("# nothing\n") == Config()


def test_all_keys_are_read() -> None:
    assert parse_config(EVERYTHING) == Config(
        include=("src", "docs/*.md"),
        exclude=("*.pb.go",),
        output="docs/pages",
        publish=Publish.ALL,
        site=SiteKind.MKDOCS,
        readme=Readme.ROOT,
        agents=True,
        style=Style(
            audience="people who embed it", tone="dry", detail=Detail.DEEP, language="German"
        ),
        instructions="Call it the till.\nNever the register.",
        pages=(
            PinnedPage(
                title="The way of a sale",
                purpose="What happens between the till and the ledger.",
                subjects=("src/till",),
            ),
        ),
        branches=("main", "release/*"),
        labels=("documentation",),
        reviewers=("ann", "shop/writers"),
        draft=True,
        commit=Commits(style=CommitStyle.CONVENTIONAL, sign_off=True),
        budget=BudgetCaps(run=Decimal("2.50"), month=Decimal(20)),
        checks=Checks(
            mode=CheckMode.OFF,
            ignore=(
                Ignored(
                    rule="symbol",
                    page="guide/*.md",
                    reason="The guide names a planned function.",
                ),
            ),
        ),
    )


def test_the_table_knows_each_key_of_the_configuration_in_its_order() -> None:
    fields = [name for name in Config.model_fields if name != "warnings"]
    assert [each.name for each in ROOT.fields] == fields


def test_an_unknown_key_is_a_warning_that_knows_what_was_meant() -> None:
    warnings = parse_config("publish: all\nexlude: [x]\nstyle:\n  tome: dry\nx: 1\n").warnings

    assert warnings[:2] == (
        ".autodoc.yaml:2: unknown key `exlude`; did you mean `exclude`?",
        ".autodoc.yaml:4: unknown key `style.tome`; did you mean `tone`?",
    )
    assert warnings[2].startswith(".autodoc.yaml:5: unknown key `x`; known are include, exclude,")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("publish: everything", "1: `publish` must be one of readme, narrative, all"),
        ("\npublish: [all]", "2: `publish` must be one of readme, narrative, all, not a list"),
        ("output: /etc", "1: `output` must be a folder inside the repository"),
        ("output: ../x", "must be a folder inside the repository"),
        ("output: a/.git/b", "must be a folder inside the repository"),
        ("output: a/.GIT", "must be a folder inside the repository"),
        ("exclude: .", "must be a path or glob below the folder of this file, not `.`"),
        ("output: .github/workflows", "outside of .git and .github"),
        ("output: ./", "must be a folder inside the repository"),
        ("output: 3", "as text, not `3`: put it in quotes"),
        ("exclude: {a: b}", "`exclude` must be a path or glob"),
        ("exclude: [a,\n 1]", "2: `exclude` must be a path or glob"),
        ("exclude: /build", "below the folder of this file, not `/build`"),
        ("include:", "as text, not nothing"),
        (f"instructions: {'x' * 8001}", "of at most 8000 characters, not 8001"),
        ('instructions: "a\\0b"', "holds a character that cannot be printed"),
        ('instructions: "\\ud800"', "holds a character that cannot be printed"),
        (f"labels: [{'a,' * 21}]", "`labels` must have at most 20 items, not 21"),
        ("agents: yes", "`agents` must be true or false, not `yes`"),
        ("style: dry", "`style` must hold `key: value` lines, not `dry`"),
        ("style:\n  detail: long", "2: `style.detail` must be one of brief, normal, deep"),
        ("budget: {run: .inf}", "`budget.run` must be a number of US dollars from 0 to 1000000"),
        ("budget: {run: five}", "`budget.run` must be a number of US dollars"),
        ("pages: {title: x}", "`pages` must be a list, not a mapping"),
        ("pages:\n  - title: x", "2: `pages` lacks `purpose`"),
        ("checks:\n  ignore:\n    - rule: x", "3: `checks.ignore` lacks `reason`"),
        ("reviewers: ['@ann']", "must be the login of a person, or `organisation/team`"),
        ("- a\n- b", "1: the file must hold `key: value` lines, not a list"),
        ("publish: all\npublish: readme", "2: `publish` is set twice"),
        ("style:\n  tone: a\n  tone: b", "3: `style.tone` is set twice"),
        ("a: [", "1: this is not YAML"),
        ("style:\n\ttone: dry", "2: a tab stands where YAML wants spaces: indent with spaces"),
        ("exclude: *.go", "put a glob that begins with `*` in quotes"),
        ("exclude: [*go]", "put a glob that begins with `*` in quotes"),
        ("a: &x 1\nb: *x", "2: `*x` is an alias in YAML"),
        ("publish: all\n---\npublish: all", "2: a second document begins"),
        ("\nx: \x00", "2: the character U+0000 may not stand in YAML"),
        ("[" * 5000, "1: the file is nested too deeply"),
        ("x: [" + "1," * 25_000, "the file holds too many values"),
        ("#" * (MAX_BYTES + 1), "is larger than 64000 bytes"),
    ],
)
def test_a_wrong_value_names_its_file_line_and_what_is_allowed(text: str, problem: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        parse_config(text, "a/.autodoc.yaml")

    assert str(error.value).startswith("a/.autodoc.yaml")
    assert problem in str(error.value)
    assert "\n" not in str(error.value)


def test_every_wrong_value_of_a_file_is_told_and_the_others_are_read() -> None:
    reading = read_text("publish: x\noutput: /x\nagents: true\nstyle: {tone: 1}\n", "f")

    assert [error[:4] for error in reading.errors] == ["f:1:", "f:2:", "f:4:"]
    assert reading.config == Config(agents=True)
    with pytest.raises(ConfigurationError, match=r"\(2 more: run `autodoc config check`\)"):
        accept(reading)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("publish: all".encode("utf-16"), "f is not UTF-8 text: save it as UTF-8"),
        ("a: 1\nb: ä".encode("latin-1"), "f:2: the file is not UTF-8 text"),
        (b"#" * (MAX_BYTES + 1), "f is larger than 64000 bytes: shorten it"),
    ],
)
def test_bytes_that_are_no_text_of_ours_are_refused(content: bytes, problem: str) -> None:
    assert read_bytes(content, "f").errors[0].startswith(problem)


def test_a_byte_order_mark_and_the_line_ends_of_windows_change_nothing() -> None:
    windows = b"\xef\xbb\xbf" + EVERYTHING.replace("\n", "\r\n").encode()

    assert read_bytes(windows).config == parse_config(EVERYTHING)
    assert read_bytes(windows).errors == ()


_KEYS = st.sampled_from([each.name for each in ROOT.fields] + ["tone", "run", "title", "*", "<<"])
_LEAVES = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["all", "off", "1e99", ".nan", "!!python/none", "&a x", "*a", "|", "- ", "~"]),
)
_LINES = st.builds(
    lambda indent, key, value: f"{' ' * indent}{key}: {value}", st.integers(0, 6), _KEYS, _LEAVES
)


@given(st.one_of(st.text(), st.lists(_LINES, max_size=8).map("\n".join)))
@example('x: "\\UFFFFFFFF"')
@example("%YAML 1." + "9" * 5000 + "\n---\na: b")
@example("!<tag:yaml.org,2002:str> {a: b}")
def test_whatever_is_written_becomes_a_configuration_or_one_sentence(text: str) -> None:
    said = ""
    try:
        read = parse_config(text)
    except ConfigurationError as error:
        said = str(error)
    else:
        assert isinstance(read, Config)

    assert said.isprintable()


@given(st.binary(max_size=300))
def test_whatever_bytes_there_are_each_problem_is_one_line_that_names_the_file(
    content: bytes,
) -> None:
    for problem in read_bytes(content, "x/.autodoc.yaml").errors:
        assert problem.startswith("x/.autodoc.yaml")
        assert problem.isprintable()
