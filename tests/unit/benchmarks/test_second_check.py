"""The second checker finds every planted error, and nothing in a true page."""

import ast
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

import benchmarks.second_check
from benchmarks.second_check.commit import Commit
from benchmarks.second_check.counts import count
from benchmarks.second_check.judge import judge
from benchmarks.second_check.site import Finding, Site

SHA = "0123456789abcdef0123456789abcdef01234567"
BLOB = f"https://github.com/octo/pond/blob/{SHA}"

CODE = '''\
"""Ducks."""

import os


class DuckPond:
    """Where ducks swim."""

    def feed_all(self, bread: str) -> int:
        return len(os.environ.get("POND_SIZE", bread))
'''
COMMIT = Commit(
    SHA,
    {
        "src/pond.py": CODE.encode(),
        "pond.ts": b"type Pond = {\n  size: number // in feet\n  readonly depth?: number\n}\n",
        "src/web/page.py": b"from src.pond import DuckPond\n",
        "README.md": b"# Pond\n\n## How to feed\n\nRun `make feed`.\n",
        "Pond.java": b"/** <pre>{@code\n * List&lt;Duck&gt; all;\n * }</pre> */\nclass Pond {}\n",
        "ci.yml": b"run: |\n  apt install \\\n    ducks\n  make feed\n",
        "logo.png": b"\x89PNG\0\0",
    },
    frozenset({"vendor/lib"}),
)
DEFINITION = f"""\
```python
def feed_all(self, bread: str) -> int
```

[pond.py:9]({BLOB}/src/pond.py#L9-L10)

| Parameter | Type | Default |
| --- | --- | --- |
"""
VARIABLE = "| Variable | Read at |\n| --- | --- |\n"
STAMP = f"<!-- autodoc page=x commit={SHA} -->"
TRUE_PAGE = f"""\
# Pond

The class [`DuckPond`]({BLOB}/src/pond.py#L6-L10) is fed with `DuckPond.feed_all(bread)`; it reads
`POND_SIZE`, and lives in `src/pond.py`. See [feeding](guide/feeding.md#run-make-1), [the
README]({BLOB}/README.md#how-to-feed) and <https://example.org/a_(b)>.

## Code

From [src/pond.py]({BLOB}/src/pond.py#L9-L10):

```python
def feed_all(self, bread: str) -> int:
    return len(os.environ.get("POND_SIZE", bread))
```

| Name | Meaning |
| --- | --- |
| `a \\| b` | either |

> Quoted: `no_such_name` is what the old text said.

```mermaid
flowchart LR
    n1["src/web"]
    n2["src/pond.py"]
    n1 --> n2
```

{STAMP}
"""
FEEDING = f"# Feeding\n\n## Run `make`\n\nA.\n\n## Run make\n\n[Up](../index.md)\n\n{STAMP}\n"


def site(page: str = TRUE_PAGE, **files: str) -> Site:
    texts = {
        "index.md": page,
        "guide/feeding.md": FEEDING,
        "llms.txt": "# Pond\n\n- [Pond](index.md)\n- [Feeding](guide/feeding.md)\n",
        **files,
    }
    return Site({path: text.encode() for path, text in texts.items()}, COMMIT)


def rules(page: str) -> list[str]:
    text = f"# Pond\n\n[Feeding](guide/feeding.md)\n\n{page}\n\n{STAMP}\n"
    return [finding.rule for finding in judge(site(text))]


def test_a_true_page_gives_nothing() -> None:
    assert judge(site()) == []


@pytest.mark.parametrize(
    ("planted", "rule"),
    [
        ("[a](missing.md)", "link"),
        ("[a](../README.md)", "link"),
        ("[a](javascript:alert(1))", "link"),
        ("[a](guide/feeding.md#run-make-2)", "anchor"),
        ("[a](#nowhere)", "anchor"),
        (f"[a]({BLOB}/README.md#nowhere)", "anchor"),
        (f"[a]({BLOB}/src/ponds.py)", "path"),
        ("[a](/src/ponds.py)", "path"),
        (f"[a]({BLOB}/src/pond.py#L3-L11)", "range"),
        (f"[a]({BLOB}/src/pond.py#L9-L3)", "range"),
        (f"[a]({BLOB}/src/pond.py#L0)", "range"),
        (f"[`DuckPond`]({BLOB}/src/pond.py#L1-L3)", "range-name"),
        (f"[a]({BLOB.replace('0123', '9999')}/src/pond.py)", "revision"),
        ("[a]()", "empty-link"),
        ("[](guide/feeding.md)", "empty-link"),
        ("![a](https://example.org/badge.svg)", "remote-image"),
        ("It calls `feed_none`.", "name"),
        ("It calls `DuckPond.drown()`.", "name"),
        ("It is a `GoosePond`.", "name"),
        ("It lies in `src/goose.py`.", "name"),
        ("It says `x = feed_none + 1`.", "name"),
        ("A <b>bold</b> word", "html"),
        ("<details>", "html"),
        ("It is so [E1, E2].", "citation"),
        ("A stray ` mark", "stray-mark"),
        ("## ", "heading"),
        ("```python\ndef drown():\n    pass\n```", "code-block"),
        (f"[s]({BLOB}/src/pond.py#L9-L10):\n\n```\nimport os\n```", "code-block"),
        ("```ts\ntype Pond = {size: number depth?: number }\n```", "code-block"),
        ("```python\n```", "fence"),
        ("```mermaid\nflowchart LR\n    a[label]\n```", "diagram"),
        ('```mermaid\nflowchart LR\n    a["x"]\n    a --> b\n```', "diagram"),
        ('```mermaid\nflowchart LR\n    end["x"]\n```', "diagram"),
        ('```mermaid\nflowchart LR\n    a["x"]\n    a["y"]\n```', "diagram"),
        ('```mermaid\nflowchart LR\n    subgraph s\n    a["x"]\n```', "diagram"),
        ('```mermaid\nflowchart LR\n    a["x"]\n    end\n```', "diagram"),
        ("```mermaid\npie\n```", "diagram"),
        (f"```python\nclass GoosePond\n```\n\n[p]({BLOB}/src/pond.py#L6-L10)", "code-block"),
        (f"[ci]({BLOB}/ci.yml#L1)\n\n```sh\napt install\nfeed make\n```", "code-block"),
        (f"{DEFINITION}| `class` | `str` | |", "row-name"),
        (f"{DEFINITION}| `bread` | `class` | |", "row-value"),
        (f"{DEFINITION}| `bread` | `str` | `no crumbs` |", "row-value"),
        (f"{DEFINITION}| [`bread`](guide/feeding.md) | `str` | |", "parameter-link"),
        (f"{DEFINITION}| `bread` |", "table"),
        (f"{VARIABLE}| `DuckPond` | [p]({BLOB}/src/pond.py#L10) |", "row-name"),
        (f"| Module | Lines |\n| --- | --- |\n| [`pond`]({BLOB}/src/pond.py) | 11 |", "row-value"),
        (
            '```mermaid\nflowchart LR\n    a["README.md"]\n    b["src/web"]\n    a --> b\n```',
            "diagram-edge",
        ),
    ],
)
def test_a_planted_error_is_found(planted: str, rule: str) -> None:
    assert set(rules(planted)) == {rule}


def test_a_fence_without_an_end_is_found() -> None:
    assert "fence" in rules("```python\nimport os")


@pytest.mark.parametrize(
    "harmless",
    [
        "    [a](missing.md) in indented code",
        "```ts\ntype Pond = {\n  size: number\n  readonly depth?: number\n}\n```",
        "```text\nimport os\n```",
        "\\[a](missing.md)",
        "`[a](missing.md)`",
        "<!-- [a](missing.md) -->",
        "- item\n\n  ```python\n  import os\n  ```",
        "[sub](/vendor/lib)",
        f"[folder]({BLOB}/src)",
        "Set `POND_SIZE` to `12`, then `a < b`.",
        "2 < 3 and 4 > 3",
        "An escaped \\` mark",
        "```java\nList<Duck> all;\n```",
        f"[ci]({BLOB}/ci.yml#L1)\n\n```sh\napt install ducks\n# and 2 more lines\nmake feed\n```",
        f"{DEFINITION}| `bread` | `str` | |",
        f"{VARIABLE}| `POND_SIZE` | [p]({BLOB}/src/pond.py#L10) |",
        f"| Module | Lines |\n| --- | --- |\n| [`pond`]({BLOB}/src/pond.py) | 10 |",
        "[text] (not a link) and [text][nothing]",
    ],
)
def test_what_only_looks_wrong_is_left_alone(harmless: str) -> None:
    assert rules(harmless) == []


def test_the_settings_at_the_head_of_a_page_are_no_text() -> None:
    assert judge(site(f"---\ntitle: GoosePond\nsidebar_position: 1\n---\n{TRUE_PAGE}")) == []


def test_what_was_judged_is_counted() -> None:
    assert count(site()) == {
        "pages": 2,
        "paths": 4,
        "ranges": 2,
        "links": 6,
        "anchors": 1,
        "blocks": 1,
        "diagrams": 1,
        "rows": 1,
        "symbols": 4,
        "exact_symbols": 4,
    }


def test_a_name_that_the_commit_does_not_hold_lowers_the_share_of_exact_names() -> None:
    counted = count(site(TRUE_PAGE.replace("`POND_SIZE`", "`POND_SISE`")))
    assert (counted["symbols"], counted["exact_symbols"]) == (4, 3)


def test_a_page_without_a_stamp_of_the_commit_is_found() -> None:
    assert [finding.rule for finding in judge(site(TRUE_PAGE.replace(STAMP, "")))] == ["stamp"]


def test_a_page_that_no_link_leads_to_is_found() -> None:
    page = f"# Alone\n\n{STAMP}\n"
    listed = "# Pond\n\n- [a](index.md)\n- [b](guide/feeding.md)\n- [c](alone.md)\n"
    found = judge(site(**{"alone.md": page, "llms.txt": listed}))
    assert [(finding.page, finding.rule) for finding in found] == [("alone.md", "orphan")]


def test_a_page_that_is_missing_from_the_list_and_a_listed_page_that_is_not_there_are_found() -> (
    None
):
    found = judge(site(**{"llms.txt": "# Pond\n\n- [a](index.md)\n- [b](gone.md)\n"}))
    assert [finding.message for finding in found] == [
        "guide/feeding.md is not listed",
        "no such page: gone.md",
    ]


def test_a_folder_without_list_or_index_is_found() -> None:
    files = {"guide/feeding.md": FEEDING.replace("[Up](../index.md)", "").encode()}
    assert [finding.rule for finding in judge(Site(files, COMMIT))] == ["index", "llms"]


@pytest.mark.parametrize(
    ("cited", "count"),
    [
        ({"path": "src/pond.py", "first_line": 1, "last_line": 10}, 0),
        ({"path": "src/pond.py", "first_line": 1, "last_line": 11}, 1),
        ({"path": "src/gone.py", "first_line": 1, "last_line": 1}, 1),
    ],
)
def test_a_record_that_cites_what_is_not_there_is_found(
    cited: Mapping[str, object], count: int
) -> None:
    record = json.dumps({"sections": [{"cited": [cited]}]})
    found = judge(site(**{".autodoc/x.json": record}))
    assert [finding.rule for finding in found] == ["record"] * count


def test_links_out_of_the_folder_lead_into_the_repository_when_the_folder_stands_in_it() -> None:
    page = (
        f"# Pond\n\n[f](guide/feeding.md) [a](../../src/pond.py#L6)\n[b](../../no.py)\n\n{STAMP}\n"
    )
    inside = Site(site(page).files, COMMIT, "docs/autodoc")
    assert judge(inside) == [
        Finding("index.md", 4, "path", "the commit has no such path: '../../no.py'")
    ]


def test_it_shares_no_code_with_the_product() -> None:
    folder = Path(benchmarks.second_check.__file__).parent
    imported: set[str] = set()
    for source in folder.glob("*.py"):
        for node in ast.walk(ast.parse(source.read_text())):
            if isinstance(node, ast.Import):
                imported.update(alias.name.split(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                imported.add((node.module or "").split(".")[0])
    assert imported.isdisjoint({"app", "flows", "markdown_it", "mdit_py_plugins", "tree_sitter"})
