import pytest

from app.domain.wiki.config import Config, Publish, parse_config
from app.errors import ConfigurationError


def test_an_empty_file_means_the_defaults() -> None:
    assert parse_config("") == parse_config("# nothing\n") == Config()


def test_all_keys_are_read() -> None:
    config = parse_config("exclude:\n  - '*.pb.go'\noutput: docs/pages/\npublish: all\n")

    assert config == Config(
        exclude=("*.pb.go",),
        output="docs/pages",
        publish=Publish.ALL,
    )


def test_an_unknown_key_is_a_warning_that_knows_what_was_meant() -> None:
    (warning,) = parse_config("publish: all\nexlude: [x]\n").warnings

    assert warning == ".autodoc.yaml:2: unknown key `exlude`; did you mean `exclude`?"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "publish: everything",
            "a/.autodoc.yaml:1: `publish` must be one of readme, narrative, all",
        ),
        ("\npublish: [all]", "a/.autodoc.yaml:2: `publish` must be one of"),
        ("output: /etc", "must be a folder inside the repository"),
        ("output: ../x", "must be a folder inside the repository"),
        ("output: a/.git/b", "must be a folder inside the repository"),
        ("output: 3", "as text"),
        ("exclude: {a: b}", "`exclude` must be a path or glob"),
        ("exclude: [1]", "`exclude` must be a path or glob"),
        ("- a\n- b", "the file must hold"),
        ("publish: all\npublish: readme", "2: `publish` is set twice"),
        ("a: [", "a/.autodoc.yaml:"),
        ("x: \x00", "cannot be read as YAML"),
    ],
)
def test_a_wrong_value_names_its_file_line_and_what_is_allowed(text: str, problem: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        parse_config(text, "a/.autodoc.yaml")

    assert problem in str(error.value)
