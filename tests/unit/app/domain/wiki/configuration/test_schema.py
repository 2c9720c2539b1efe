import json
import re
from decimal import Decimal
from pathlib import Path

import jsonschema_rs
import pytest
import yaml

from app.domain.wiki.configuration.config import BudgetCaps, Config
from app.domain.wiki.configuration.forms import Group
from app.domain.wiki.configuration.reading import read_text
from app.domain.wiki.configuration.schema import explained, json_schema
from app.domain.wiki.configuration.table import ROOT
from tests.unit.app.domain.wiki.configuration.test_reading import EVERYTHING

PUBLISHED = Path(__file__).parents[6] / "app" / "schema" / "autodoc.schema.json"

GOOD = [
    EVERYTHING,
    "{}",
    "include: src",
    "include: .",
    "output: docs/.gitbook",
    "output: docs/\u00e9t\u00e9 a-b",
    "output: a/b/",
    "output: .docs",
    "budget: {run: 0, month: 1.5}",
    "reviewers: [a-b, org/team.x]",
    "checks: {mode: require}",
    "labels: []",
    "draft: true",
    "commit: {style: conventional, sign_off: true}",
    "instructions: ''",
]
BAD = [
    "publish: everything",
    "publish: [all]",
    "output: /etc",
    "output: a/../b",
    "output: .",
    "output: ./.",
    "output: x/.git",
    "output: ''",
    "output: a*b",
    "output: .github/workflows",
    "output: docs/GIT~1",
    "output: docs/.git./x",
    'output: "docs/.g\\u200cit/x"',
    'output: "docs/\\u202ea"',
    "output: -x",
    "output: ./-x",
    "output: 'a:b'",
    "exclude: .",
    "exclude: ['./']",
    "exclude: [1]",
    "exclude: ['']",
    "exclude: ['!a']",
    "include: ../x",
    "agents: 'true'",
    "style: dry",
    "style: {detail: long}",
    "style: {tome: dry}",
    "budget: {run: -1}",
    "budget: {run: '5'}",
    "pages: [{title: x}]",
    "pages: {title: x, purpose: y}",
    "pages: [{title: ' ', purpose: y}]",
    "reviewers: ['@ann']",
    "branches: ['a b']",
    "draft: 'yes'",
    "commit: {style: angular}",
    "commit: conventional",
    "labels: [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u]",
    "checks: {ignore: [{rule: x}]}",
    "exlude: [x]",
    "instructions: null",
    "- a",
]


def test_the_published_schema_is_the_one_of_this_version() -> None:
    assert PUBLISHED.read_text() == json_schema()


@pytest.mark.parametrize("text", [*GOOD, *BAD])
def test_the_schema_and_the_reader_judge_alike(text: str) -> None:
    is_right = text in GOOD
    values = yaml.safe_load(text.replace("mode: off", "mode: 'off'"))
    reading = read_text(text)

    assert jsonschema_rs.is_valid(json.loads(json_schema()), values) is is_right
    assert (not reading.errors and not reading.config.warnings) is is_right, reading


def uncommented(text: str) -> str:
    return re.sub(r"^#(?=\s*[a-z_]+:)", "", text, flags=re.MULTILINE)


def test_the_explained_file_means_the_defaults_as_it_is_and_with_each_default_set() -> None:
    examples = BudgetCaps(run=Decimal("2.50"), month=Decimal(20))
    reading = read_text(uncommented(explained()))

    assert read_text(explained()).config == Config()
    assert reading.errors == ()
    assert reading.config == Config(budget=examples)


def test_every_key_of_the_explained_file_stands_there_to_be_set() -> None:
    values = yaml.safe_load(uncommented(explained()))
    groups = {each.name: each.form for each in ROOT.fields if isinstance(each.form, Group)}

    assert list(values) == [each.name for each in ROOT.fields]
    for name, group in groups.items():
        assert list(values[name]) == [each.name for each in group.fields]


def test_a_group_and_one_of_its_keys_are_set_beside_other_keys() -> None:
    text = explained().replace("#draft: false", "draft: true")
    text = text.replace("#budget:", "budget:").replace("#  month: 20", "  month: 20")
    reading = read_text(text)

    assert reading.errors == ()
    assert reading.config == Config(draft=True, budget=BudgetCaps(month=Decimal(20)))
