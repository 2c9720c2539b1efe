import pytest

from app.domain.code.facts import Dependency, Document, Manifest
from app.domain.wiki.narrative.brief import brief
from app.domain.wiki.narrative.briefing import FactForm
from app.domain.wiki.narrative.example_commands import can_run
from app.domain.wiki.narrative.plan import plan_narrative
from tests.fakes.facts import file_facts, repository

FACTS = repository(
    {"src/shop/cli.py": file_facts(), "tools/load.py": file_facts()},
    manifests=(
        Manifest(
            path="pyproject.toml", ecosystem="python", dependencies=(Dependency(name="Flask"),)
        ),
    ),
)


@pytest.mark.parametrize(
    "example",
    [
        "python -m shop.cli\n", "python3 -m venv .venv\n", "python -m flask run\n",
        "$ python tools/load.py --all\n", "cd tools\npython load.py\n", "./tools/load.py\n",
        "pip install shop\n", "from shop import cli\n", "uv run python -m pytest\n",
        "shop/\n  gone.py\n",
    ],
)  # fmt: skip
def test_an_example_that_starts_what_exists_can_run(example: str) -> None:
    assert can_run(example, FACTS)


@pytest.mark.parametrize(
    "example",
    [
        "python -m shop.gone\n", "python -m other.main\n", "python -u -m gone\n",
        "pip install shop\n$ python tools/gone.py\n", "bash scripts/up.sh\n", "./gone.sh\n",
        "uv run python gone.py\n",
    ],
)  # fmt: skip
def test_an_example_that_starts_what_is_gone_cannot_run(example: str) -> None:
    assert not can_run(example, FACTS)


def test_the_home_page_leaves_out_examples_that_cannot_run() -> None:
    text = (
        "# Shop\n\n## Usage\n\n```sh\npython -m shop.gone\n```\n\n```sh\npython -m shop.cli\n```\n"
    )
    facts = FACTS.model_copy(
        update={
            "documents": (Document(path="README.md", title="Shop", text=text),),
            "line_counts": {**FACTS.line_counts, "README.md": 11},
        }
    )

    told = brief(plan_narrative(facts).pages[0], facts).facts

    examples = [fact.text for fact in told if fact.form is FactForm.EXAMPLE]
    assert examples == ["python -m shop.cli\n"]
