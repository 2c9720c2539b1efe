"""What the files say that are no source code."""

import json
import time

import pytest

from app.analysis.artifacts import read_artifacts, wants_text
from app.domain.code.artifacts import CiJob, DockerStage, Service
from app.domain.code.facts import MakeTarget

ACTIONS = """\
name: CI
on:
  push: {branches: [main]}
  pull_request:
jobs:
  # The tests.
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: |
          # Fast ones.
          set -e
          set +x
          make test
          make lint
      - run: make build
  deploy: {uses: ./.github/workflows/deploy.yml}
"""

GITLAB = """\
stages: [test]
default: {image: x}
.hidden: {script: [no]}
test:
  script:
    - make test
  only: [main, tags]
lint:
  script: make lint
"""

DOCKERFILE = """\
# syntax=docker/dockerfile:1
FROM --platform=$BUILDPLATFORM python:3.13 AS build
RUN echo \\
  FROM nothing
RUN <<EOF
FROM neither
EOF
from build
"""

COMPOSE = """\
services:
  web:
    build: {context: ./web}
    ports: ["8080:80", {published: 9000, target: 90}]
  db: {image: "postgres:17"}
"""

TASKS = """\
version: "3"
tasks:
  build:
    desc: Build it
  quiet: {internal: true}
  short: echo hi
"""

JUST = """\
set shell := ["bash", "-c"]
name := "x"
alias b := build

# Build it.
build target="all": lint
    cargo build
[private]
hidden:
_also:
@lint *args:
    cargo clippy
"""


def test_the_jobs_of_a_workflow_come_with_their_lines_and_triggers() -> None:
    path = ".github/workflows/ci.yml"

    assert read_artifacts({path: ACTIONS})["ci_jobs"] == (
        CiJob(
            path=path,
            line=7,
            name="test",
            workflow="CI",
            triggers=("push", "pull_request"),
            commands=("make test\nmake lint", "make build"),
            command_lines=((15, 16), (17,)),
        ),
        CiJob(path=path, line=18, name="deploy", workflow="CI", triggers=("push", "pull_request")),
    )


def test_a_long_step_says_how_many_of_its_lines_are_not_shown() -> None:
    heredoc = "cat <<'E' >x\na\nE\n"
    form = "if [ -n x ]; then\n  make x\nfi"
    scripts = (f"make \\\n  all\n{heredoc}{form}", heredoc, form, "make ${{ x }}")
    steps = [{"run": each} for each in scripts]
    text = json.dumps({"on": "push", "jobs": {"a": {"steps": steps}}})

    job = read_artifacts({".github/workflows/a.yml": text})["ci_jobs"][0]

    assert job.commands == (
        "make all\n# and 4 more lines",
        "cat <<'E' >x\na\nE",
        "if [ -n x ]; then\n  make x\nfi",
        "make ${{ x }}",
    )
    assert job.typed == ("make all",)


@pytest.mark.parametrize(
    ("step", "places"),
    [
        ("run: make a", (("make a", 4),)),
        ("run: |\n\n        make a\n        # why\n        make b", (("make a", 6), ("make b", 8))),
        (
            "run: |\n        make a \\\n          b\n        make c",
            (("make a b", 0), ("make c", 7)),
        ),
        ("run: >\n        make a\n        b", (("make a b", 0),)),
        ("run: 'make \"a\"'", (('make "a"', 0),)),
        ("run: set +x", ()),
    ],
)
def test_a_command_of_a_step_stands_on_a_line(
    step: str, places: tuple[tuple[str, int], ...]
) -> None:
    text = f"jobs:\n  a:\n    steps:\n    - {step}\n"

    (job,) = read_artifacts({".github/workflows/a.yml": text})["ci_jobs"]

    assert job.typed_places == places


def test_the_jobs_of_gitlab_are_the_keys_that_run_something() -> None:
    path = ".gitlab-ci.yml"

    assert read_artifacts({path: GITLAB})["ci_jobs"] == (
        CiJob(
            path=path,
            line=4,
            name="test",
            triggers=("main", "tags"),
            commands=("make test",),
            command_lines=((6,),),
        ),
        CiJob(path=path, line=8, name="lint", commands=("make lint",), command_lines=((9,),)),
    )


def test_the_stages_of_a_dockerfile_are_its_own_instructions() -> None:
    assert read_artifacts({"Dockerfile": DOCKERFILE})["docker_stages"] == (
        DockerStage(path="Dockerfile", line=2, base="python:3.13", name="build"),
        DockerStage(path="Dockerfile", line=8, base="build"),
    )


def test_the_services_of_compose_say_what_they_are_made_of() -> None:
    path = "docker-compose.dev.yml"

    assert read_artifacts({path: COMPOSE})["services"] == (
        Service(path=path, line=2, name="web", build="./web", ports=("8080:80", "9000:90")),
        Service(path=path, line=5, name="db", image="postgres:17"),
    )


def test_targets_of_task_and_just_are_told_apart_by_their_runner() -> None:
    assert read_artifacts({"Taskfile.yml": TASKS, "justfile": JUST})["make_targets"] == (
        MakeTarget(runner="task", name="build", path="Taskfile.yml", line=3, doc="Build it"),
        MakeTarget(runner="task", name="short", path="Taskfile.yml", line=6),
        MakeTarget(runner="just", name="build", path="justfile", line=6, doc="Build it."),
        MakeTarget(runner="just", name="lint", path="justfile", line=11),
    )


MIT = """\
Copyright (c) 2026 Ann

Permission is hereby granted, free of charge, to any person obtaining a copy of this software.
The above copyright notice and this permission notice (with more) shall be included in all copies or
substantial portions of the Software.
"""
BSD = """\
Redistribution and use in source and binary forms is permitted.
Redistributions in binary form must reproduce the above.
"""


@pytest.mark.parametrize(
    ("path", "text", "name"),
    [
        ("LICENSE", MIT, "MIT"),
        ("LICENSE-MIT", MIT, "MIT"),
        ("LICENSES/MIT.txt", MIT, "MIT"),
        ("COPYING", "   GNU GENERAL PUBLIC LICENSE\n   Version 3, 29 June 2007\n", "GPL-3.0"),
        ("LICENSE.md", "Apache License\n  Version 2.0, January 2004\n", "Apache-2.0"),
        ("LICENSE", BSD, "BSD-2-Clause"),
        ("LICENSE", BSD + " without specific prior written permission", "BSD-3-Clause"),
        ("LICENSE", MIT + BSD, ""),
        ("LICENSE", "All rights reserved.", ""),
        ("LICENSE", MIT + "--- Optional exception to the license ---", ""),
    ],
)
def test_a_licence_is_named_by_the_phrases_that_no_other_has(
    path: str, text: str, name: str
) -> None:
    (found,) = read_artifacts({path: text})["licences"]

    assert (found.path, found.name) == (path, name)


@pytest.mark.parametrize(
    "path",
    ["src/license.py", "licenses/render.go", "src/licenser/a.md", "compose.py", "Dockerfile.md"],
)
def test_other_files_are_no_artifacts(path: str) -> None:
    assert not wants_text(path)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".github/workflows/a.yml", "a: &a [x]\nb: [" + "*a, " * 5_000 + "]"),
        (".github/workflows/a.yml", "jobs: " + "{a: " * 50_000),
        (".gitlab-ci.yml", "- [a, b\n: x"),
        ("compose.yaml", "services: [a]"),
        ("Taskfile.yml", "tasks: 3"),
        ("Dockerfile", "FROM" + " --a" * 200_000),
        ("justfile", "a" + " " * 900_000),
        ("Makefile", "a" + " " * 900_000 + "\n"),
    ],
    ids=range(8),
)
def test_hostile_artifacts_say_nothing_and_take_no_time(path: str, text: str) -> None:
    started = time.process_time()

    found = read_artifacts({path: text})

    assert not any(found.values())
    assert time.process_time() - started < 3
