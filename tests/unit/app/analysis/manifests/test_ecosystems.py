"""Manifests of the ecosystems beside Python, npm and Go."""

import time

import pytest

from app.analysis.manifests.registry import is_manifest, read_manifest
from app.domain.code.facts import Dependency, Manifest, Script


def manifest(path: str, text: str) -> Manifest:
    found = read_manifest(path, text)
    assert found is not None
    return found


def asked(found: Manifest) -> list[tuple[str, str, str]]:
    return [(one.name, one.constraint, one.group) for one in found.dependencies]


def test_a_crate_is_read_with_its_features_as_groups() -> None:
    found = manifest(
        "Cargo.toml",
        """\
[package]
name = "shop"
version = "1.0.0"
license = "MIT OR Apache-2.0"
rust-version = "1.75"

[workspace]
members = ["crates/*"]

[features]
db = ["dep:sqlx"]

[dependencies]
serde = { version = "1", features = ["derive"] }
sqlx = { version = "0.8", optional = true }
local = { path = "../local" }

[dev-dependencies]
insta = "1"

[target.'cfg(unix)'.dependencies]
libc = "0.2"

[[bin]]
name = "shop-admin"
path = "src/admin.rs"

[[bin]]
name = "shop"
""",
    )

    assert (found.ecosystem, found.name, found.license, found.requires) == (
        "cargo", "shop", "MIT OR Apache-2.0", "1.75",
    )  # fmt: skip
    assert found.workspaces == ("crates/*",)
    assert asked(found) == [
        ("serde", "1", ""),
        ("sqlx", "0.8", "db"),
        ("local", "", ""),
        ("insta", "1", "dev"),
        ("libc", "0.2", ""),
    ]
    assert found.scripts == (
        Script(name="shop-admin", target="src/admin.rs", line=25, installed=True),
        Script(name="shop", target="src/bin/shop.rs", line=29, installed=True),
    )


def test_a_maven_project_is_read() -> None:
    found = manifest(
        "pom.xml",
        """\
<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <parent><artifactId>all</artifactId><version>2.0</version></parent>
  <artifactId>shop</artifactId>
  <description>Sells
    things.</description>
  <licenses><license><name>Apache-2.0</name></license></licenses>
  <modules><module>core</module><module>web</module></modules>
  <dependencies>
    <dependency><groupId>org.x</groupId><artifactId>y</artifactId><version>${y}</version></dependency>
    <dependency><groupId>junit</groupId><artifactId>junit</artifactId><scope>test</scope></dependency>
  </dependencies>
</project>
""",
    )

    assert (found.name, found.version, found.description, found.license) == (
        "shop", "2.0", "Sells things.", "Apache-2.0",
    )  # fmt: skip
    assert found.workspaces == ("core", "web")
    assert asked(found) == [("org.x:y", "${y}", ""), ("junit:junit", "", "test")]


def test_of_a_gradle_build_only_plain_literals_are_taken() -> None:
    build = manifest(
        "build.gradle.kts",
        """\
version = "1.2"
// implementation("no:no:1")
dependencies {
    implementation("org.x:y:1.0")
    api("org.x:z:$zVersion")
    implementation(libs.okio)
    testImplementation 'junit:junit:4'
}
""",
    )
    settings = manifest(
        "settings.gradle.kts", 'rootProject.name = "shop"\ninclude(":core", ":web:api")\n'
    )

    assert build.version == "1.2"
    assert asked(build) == [
        ("org.x:y", "1.0", ""),
        ("org.x:z", "", ""),
        ("junit:junit", "4", "testImplementation"),
    ]
    assert (settings.name, settings.workspaces) == ("shop", ("core", "web/api"))


def test_gems_are_read_with_their_groups() -> None:
    found = manifest(
        "Gemfile",
        'gem "rack", "~> 3", ">= 3.1"\n\ngroup :test do\n  gem "rspec"\nend\n\ngem "puma"\n',
    )
    spec = manifest(
        "shop.gemspec",
        'Gem::Specification.new "shop", version do |s|\n  s.summary = "Sells."\n'
        '  s.license = "MIT"\n  s.add_dependency "rack", "~> 3"\n'
        '  s.add_development_dependency "rspec"\n  s.version = "#{v}"\nend\n',
    )

    assert asked(found) == [("rack", "~> 3, >= 3.1", ""), ("rspec", "", "test"), ("puma", "", "")]
    assert (spec.name, spec.version, spec.description, spec.license) == (
        "shop",
        "",
        "Sells.",
        "MIT",
    )
    assert asked(spec) == [("rack", "~> 3", ""), ("rspec", "", "dev")]


def test_a_composer_package_is_read() -> None:
    found = manifest(
        "composer.json",
        """\
{
  "name": "a/shop", "license": "MIT",
  "require": {"php": ">=8", "ext-json": "*", "psr/log": "^3"},
  "require-dev": {"phpunit/phpunit": "^11"},
  "scripts": {
    "test": ["@lint", "phpunit"]
  }
}
""",
    )

    assert (found.name, found.requires) == ("a/shop", ">=8")
    assert asked(found) == [("psr/log", "^3", ""), ("phpunit/phpunit", "^11", "dev")]
    assert found.scripts == (Script(name="test", target="@lint && phpunit", line=6),)


def test_a_dotnet_project_says_what_holds_for_every_build() -> None:
    found = manifest(
        "src/Shop.csproj",
        """\
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><Version>1.0</Version><TargetFramework>net9.0</TargetFramework></PropertyGroup>
  <PropertyGroup Condition="x"><Description>No.</Description></PropertyGroup>
  <ItemGroup><PackageReference Include="Serilog" Version="4" /></ItemGroup>
</Project>
""",
    )

    assert (found.name, found.version, found.requires, found.description) == (
        "Shop", "1.0", "net9.0", "",
    )  # fmt: skip
    assert asked(found) == [("Serilog", "4", "")]


def test_a_swift_package_is_read() -> None:
    found = manifest(
        "Package.swift",
        """\
// swift-tools-version: 5.9
import PackageDescription
let package = Package(
  name: "Shop",
  products: [.executable(name: "shop", targets: ["Shop"])],
  dependencies: [.package(url: "https://example.org/a/swift-nio.git", from: "2.0.0")]
)
""",
    )

    assert (found.name, found.requires) == ("Shop", "5.9")
    assert asked(found) == [("swift-nio", 'from: "2.0.0"', "")]
    assert found.scripts == (Script(name="shop", target="shop", line=5, installed=True),)


@pytest.mark.parametrize(
    ("path", "text", "members"),
    [
        ("package.json", '{"workspaces": ["packages/*"]}', ("packages/*",)),
        ("package.json", '{"workspaces": {"packages": ["apps/*"]}}', ("apps/*",)),
        ("pnpm-workspace.yaml", "packages:\n  - 'packages/*'\n", ("packages/*",)),
        ("pyproject.toml", '[tool.uv.workspace]\nmembers = ["libs/*"]\n', ("libs/*",)),
        ("go.work", "go 1.23\nuse (\n\t./a // one\n\t./b\n)\n", ("./a", "./b")),
    ],
)
def test_the_members_of_a_workspace_are_as_written(
    path: str, text: str, members: tuple[str, ...]
) -> None:
    assert manifest(path, text).workspaces == members


def test_a_list_for_pip_is_read_under_the_group_of_its_name() -> None:
    text = "-r base.txt\nhttps://example.org/a.whl\nflask>=3  # web\npytest==9 \\\n  --hash=x\n"

    assert asked(manifest("requirements-dev.txt", text)) == [
        ("flask", ">=3", "dev"),
        ("pytest", "==9", "dev"),
    ]
    assert manifest("requirements.txt", "flask\n").dependencies == (Dependency(name="flask"),)
    assert is_manifest("requirements/test.txt")
    assert not is_manifest("docs/notes.txt")


BOMB = (
    '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]>'
    "<project><artifactId>&c;</artifactId></project>"
)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pom.xml", BOMB),
        ("pom.xml", "<project>" * 50_000),
        ("pnpm-workspace.yaml", "packages: &a [x]\nb: [" + "*a, " * 5_000 + "]"),
        ("pnpm-workspace.yaml", "[" * 50_000),
        ("Cargo.toml", "a = " + "[" * 50_000),
        ("package.json", "[" * 50_000),
        ("Gemfile", "\n" * 900_000),
        ("Gemfile", "group :a do\n" * 60_000),
        ("shop.gemspec", " " * 900_000),
        ("build.gradle", "/*" * 400_000),
        ("settings.gradle", "\n" * 900_000),
        ("Package.swift", "Package(" * 100_000),
        ("requirements.txt", "-" * 900_000),
    ],
    ids=range(13),
)
def test_a_hostile_manifest_is_none_and_takes_no_time(path: str, text: str) -> None:
    started = time.process_time()

    assert read_manifest(path, text) is None
    assert time.process_time() - started < 3
