"""The measurement against co-changes, on a history of a few commits."""

import json
import subprocess
from pathlib import Path

from benchmarks.co_change.__main__ import OURS, Project, measure, summary
from benchmarks.co_change.dead_names import draw
from benchmarks.co_change.simple_rules import RULES

CART = "class Cart:\n    def total(self, items, tax=0.2):\n        return sum(items) * tax\n"
COMMITS: tuple[dict[str, str], ...] = (
    {
        "shop/cart.py": CART,
        "README.md": "# Shop\n\nA `Cart` has a `total()`.\n",
        "docs/other.md": "Nothing is said of it: total.\n",
        "CHANGELOG.md": "`total`\n",
    },
    {"shop/cart.py": CART.replace("total", "price"), "README.md": "A `Cart` has a `price`.\n"},
    {"shop/cart.py": CART.replace("total", "price").replace("* tax", "+ tax")},
    {"docs/other.md": "Edited alone.\n"},
)


def history(folder: Path) -> str:
    git = ("git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@example.org")
    subprocess.run([*git, "init", "-q", "-b", "main"], check=True)
    for number, files in enumerate(COMMITS):
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)
        subprocess.run([*git, "add", "."], check=True)
        subprocess.run([*git, "commit", "-qm", f"Commit {number}"], check=True)
    found = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True)
    return found.stdout.strip()


def test_each_rule_is_held_against_the_pages_that_were_edited(tmp_path: Path) -> None:
    folder, work = tmp_path / "shop", tmp_path / "work"
    folder.mkdir()
    work.mkdir()
    project = Project("shop", "acme/shop", history(folder), ["shop/"], chosen_on=True)

    measure(project, folder, work, 10)
    first = (work / "shop.jsonl").read_text()
    measure(project, folder, work, 10)

    assert (work / "shop.jsonl").read_text() == first
    records = [json.loads(line) for line in first.splitlines()]
    behaviour, renaming = records
    assert renaming["truth"] == ["README.md"]
    assert behaviour["truth"] == []
    assert all(renaming[rule] == ["README.md"] for rule in (*RULES, *OURS))
    assert behaviour["body digest"] == ["README.md"]
    assert behaviour["signature digest"] == behaviour[OURS[1]] == []
    scores = summary([project], {"shop": records})["total"]
    assert (scores["commits"], scores["pages edited"]) == (2, 1)
    assert scores["body digest"]["precision"] == 0.5
    assert scores[OURS[1]] == {"flagged": 1, "edited": 1, "precision": 1.0, "recall": 1.0}


def test_a_draw_has_each_name_of_a_page_before_further_lines_and_is_the_same_again() -> None:
    found = [
        {"project": "shop", "commit": "1", "page": "a.md", "name": f"n{line % 5}", "line": line}
        for line in range(20)
    ]

    drawn = draw(found, 7, 8)

    assert drawn == draw(found[::-1], 7, 8)
    assert len({each["name"] for each in drawn[:5]}) == 5
    assert len({each["line"] for each in drawn}) == 8
