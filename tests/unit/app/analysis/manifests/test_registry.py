import pytest

from app.analysis.manifests.registry import read_manifest
from app.domain.code.facts import Dependency, Manifest, Script


def manifest(path: str, text: str) -> Manifest:
    found = read_manifest(path, text)
    assert found is not None
    return found


def test_a_python_project_is_read() -> None:
    found = manifest(
        "pyproject.toml",
        """\
[project]
name = "shop"
version = "1.0"
description = "Sells things."
license = {text = "MIT"}
requires-python = ">=3.11"
dependencies = ["aiohttp[speedups]>=3,<4", "tomli; python_version < '3.11'"]

[project.optional-dependencies]
db = ["asyncpg"]

[dependency-groups]
dev = ["pytest==9", {include-group = "db"}]

[project.scripts]
shop = "shop.cli:main"
""",
    )

    assert found == Manifest(
        path="pyproject.toml",
        ecosystem="python",
        name="shop",
        version="1.0",
        description="Sells things.",
        license="MIT",
        requires=">=3.11",
        dependencies=(
            Dependency(name="aiohttp", constraint=">=3,<4"),
            Dependency(name="tomli", constraint="; python_version < '3.11'"),
            Dependency(name="asyncpg", group="db"),
            Dependency(name="pytest", constraint="==9", group="dev"),
        ),
        scripts=(Script(name="shop", target="shop.cli:main", line=16, installed=True),),
        lines=16,
    )


def test_a_poetry_project_is_read() -> None:
    found = manifest(
        "pyproject.toml",
        """\
[tool.poetry]
name = "shop"
[tool.poetry.dependencies]
python = "^3.11"
aiohttp = {version = "^3", extras = ["speedups"]}
[tool.poetry.group.dev.dependencies]
pytest = "*"
[tool.poetry.scripts]
shop = "shop.cli:main"
""",
    )

    assert (found.name, found.requires) == ("shop", "^3.11")
    assert found.dependencies == (
        Dependency(name="aiohttp", constraint="^3"),
        Dependency(name="pytest", constraint="*", group="dev"),
    )
    assert found.scripts[0].line == 9


def test_a_setup_cfg_is_read() -> None:
    found = manifest(
        "setup.cfg",
        """\
[metadata]
name = shop
version = 1.0
[options]
python_requires = >=3.8
install_requires =
    aiohttp>=3
[options.entry_points]
console_scripts =
    shop = shop.cli:main
""",
    )

    assert (found.name, found.requires) == ("shop", ">=3.8")
    assert found.dependencies == (Dependency(name="aiohttp", constraint=">=3"),)
    assert found.scripts == (Script(name="shop", target="shop.cli:main", line=10, installed=True),)


def test_of_a_setup_program_only_literals_are_taken() -> None:
    found = manifest("setup.py", "setup(\n    name='shop',\n    version=read_version(),\n)\n")

    assert (found.name, found.version) == ("shop", "")
    assert read_manifest("setup.py", "setup(name=NAME)\n") is None


def test_an_npm_package_is_read() -> None:
    found = manifest(
        "web/package.json",
        """\
{
  "name": "@shop/web",
  "engines": {"node": ">=20"},
  "files": ["build"],
  "scripts": {
    "build": "tsc",
    "test": "vitest"
  },
  "bin": {"shop": "./cli.js"},
  "dependencies": {"hono": "^4"},
  "devDependencies": {"typescript": "5"}
}
""",
    )

    assert (found.path, found.name, found.requires) == ("web/package.json", "@shop/web", ">=20")
    assert found.scripts == (
        Script(name="build", target="tsc", line=6),
        Script(name="test", target="vitest", line=7),
        Script(name="shop", target="./cli.js", line=9, installed=True),
    )
    assert found.dependencies == (
        Dependency(name="hono", constraint="^4"),
        Dependency(name="typescript", constraint="5", group="dev"),
    )


def test_a_single_program_of_an_npm_package_has_the_name_of_the_package() -> None:
    found = manifest("package.json", '{\n"name": "@a/tool",\n"bin": "./cli.js"\n}\n')

    assert found.scripts == (Script(name="tool", target="./cli.js", line=3, installed=True),)


def test_a_go_module_is_read() -> None:
    found = manifest(
        "go.mod",
        """\
module example.org/shop

go 1.24

require github.com/spf13/pflag v1.0.9

require (
	go.yaml.in/yaml/v3 v3.0.4
	golang.org/x/sys v0.1.0 // indirect
)

replace example.org/a => ../a
""",
    )

    assert (found.name, found.requires, found.ecosystem) == ("example.org/shop", "1.24", "go")
    assert found.dependencies == (
        Dependency(name="github.com/spf13/pflag", constraint="v1.0.9"),
        Dependency(name="go.yaml.in/yaml/v3", constraint="v3.0.4"),
        Dependency(name="golang.org/x/sys", constraint="v0.1.0", group="indirect"),
    )


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("package.json", "{"),
        ("package.json", "[]"),
        ("package.json", '{"scripts": ["a"], "name": 3}'),
        ("package.json", "[" * 100_000),
        ("pyproject.toml", "name = "),
        ("pyproject.toml", "[tool.ruff]\n"),
        ("pyproject.toml", "project = 3\n"),
        ("setup.cfg", "no section"),
        ("go.mod", "nothing"),
        ("a.txt", "[project]"),
    ],
)
def test_a_broken_manifest_says_nothing_and_harms_nobody(path: str, text: str) -> None:
    found = read_manifest(path, text)

    assert found is None or found.name == ""


def test_a_licence_is_known_by_its_name_and_not_by_its_file_or_text() -> None:
    head = '[project]\nname = "shop"\nlicense = '
    found = [
        read_manifest("pyproject.toml", head + given)
        for given in ('"MIT"', '{file = "LICENSE.txt"}', '{text = """MIT License\n\nPermission"""}')
    ]

    assert [one.license for one in found if one] == ["MIT", "", ""]


def test_a_manifest_with_half_of_a_character_is_no_manifest() -> None:
    assert read_manifest("package.json", '{"name": "a", "description": "\\ud83d"}') is None


def test_a_manifest_that_nobody_wrote_by_hand_is_not_parsed() -> None:
    assert read_manifest("pyproject.toml", '[project]\nname = "a"\n' + "#" * 300_000) is None
