from decimal import Decimal

from app.domain.wiki.configuration.config import Detail, Publish
from app.domain.wiki.configuration.layers import (
    defaults_text,
    inherited,
    layered,
    read_above,
    read_defaults,
)
from app.domain.wiki.configuration.reading import read_text
from app.domain.wiki.configuration.scope import find_scopes

SHARED = """\
publish: all
style: {tone: dry, detail: deep}
budget: {run: 2}
branches: [main, 'release/*']
"""


def test_the_own_file_wins_key_by_key_even_within_a_group() -> None:
    own = read_text("publish: narrative\nstyle: {tone: warm}\nbudget: {month: 9}\n")
    config = layered(own, read_defaults(SHARED)).config
    assert config.publish is Publish.NARRATIVE
    assert (config.style.tone, config.style.detail) == ("warm", Detail.DEEP)
    assert (config.budget.run, config.budget.month) == (Decimal(2), Decimal(9))
    assert inherited(own, read_defaults(SHARED)) == ("style.detail", "branches", "budget.run")


def test_a_repository_without_a_file_has_the_organisations_values() -> None:
    assert read_above(SHARED, None).config.publish is Publish.ALL
    assert read_above("", None).config == read_text("").config


def test_every_scope_lies_above_the_organisations_file() -> None:
    reading = find_scopes(
        {".autodoc.yaml": b"", "cart/.autodoc.yaml": b"publish: readme\n"}, SHARED
    )
    assert [each.config.publish for each in reading.scopes] == [Publish.ALL, Publish.README]
    assert {each.config.style.tone for each in reading.scopes} == {"dry"}
    assert find_scopes({}, SHARED).scopes[0].config.publish is Publish.ALL


def test_a_broken_file_of_the_organisation_is_left_out_and_told_once() -> None:
    reading = find_scopes({".autodoc.yaml": b"", "cart/.autodoc.yaml": b""}, "publish: much\n")
    assert reading.errors == ()
    [told] = reading.warnings
    assert told.startswith("the organisation's configuration is ignored: .github/.autodoc.yaml:1:")
    assert {each.config.publish for each in reading.scopes} == {Publish.NARRATIVE}


def test_what_is_kept_of_a_file_is_text_of_a_bounded_size() -> None:
    assert defaults_text(b"\xefpublish\x00") == "\ufffdpublish\ufffd"
    assert len(defaults_text(b"a" * 200_000)) == 64_001
    assert read_defaults(defaults_text(b"a: b\n" * 20_000)).config.warnings
