"""The first pull request: what it asks, what the answers do, and what holds it back."""

from pathlib import Path
from typing import Any

import pytest

from app.domain.wiki.configuration.reading import read_bytes
from app.domain.wiki.configuration.schema import explained
from app.settings import OnboardingSettings
from tests.e2e.served import eventually, serve
from tests.e2e.shop import DISCOUNTS, FILES, SHOP
from tests.e2e.town import Town, open_town
from tests.fake_github.fake import FakeGitHub

BRANCH = "autodoc/main"
ASKING = {"onboarding": OnboardingSettings()}
CONFIGURATION = ".autodoc.yaml"
EVERYTHING = "publish: all\n"


async def begin(town: Town, files: dict[str, str] | None = None) -> None:
    """Install the App on the shop."""
    await town.github.add_repository(SHOP, files or FILES)
    await town.github.install("octo", [SHOP])
    await town.quiet()


def only_pull(town: Town) -> dict[str, Any]:
    """Read the one pull request."""
    [pull] = town.github.pulls(SHOP)
    return dict(pull)


def pages(town: Town, branch: str = BRANCH) -> list[str]:
    """List the guide as a branch has it."""
    return sorted(
        path
        for path in town.github.files(SHOP, branch)
        if path.startswith("docs/autodoc/") and path.endswith(".md")
    )


def head(town: Town) -> str:
    """Name the commit at the head of the default branch."""
    return str(town.github.head(SHOP))


def checks(town: Town, commit: str) -> list[dict[str, Any]]:
    """List the checks of a commit."""
    return [each for each in town.github.check_runs(SHOP) if each["head_sha"] == commit]


async def test_the_first_pull_request_holds_a_configuration_three_pages_and_the_price(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url, "openai/gpt-4o-mini", ASKING) as town:
        await begin(town)
        pull = only_pull(town)
        files = town.github.files(SHOP, BRANCH)
        assert files[CONFIGURATION].decode() == explained()
        assert read_bytes(files[CONFIGURATION]).errors == ()
        assert len(pages(town)) == 3
        assert "docs/autodoc/index.md" in pages(town)
        assert [path for path in files if path.startswith("docs/autodoc/.autodoc/")]
        for told in ("python (3)", "model calls", "$5.00 for a job", "**Merge**", "**Close**"):
            assert told in pull["body"]
        assert "gpt-4o-mini" in pull["body"]


@pytest.mark.slow
async def test_a_served_installation_tells_the_price_where_no_key_of_a_model_is(
    folder: Path,
) -> None:
    given = {"AUTODOC_ONBOARDING__SAMPLES": "true", "AUTODOC_MODEL": "openai/gpt-4o-mini"}
    async with FakeGitHub.start(folder / "github") as github, serve(github, folder, given):
        await github.add_repository(SHOP, FILES)
        await github.install("octo", [SHOP])
        await eventually(lambda: bool(github.pulls(SHOP)), "people are asked", 180)
        [pull] = github.pulls(SHOP)
        assert "with `openai/gpt-4o-mini`: about" in pull["body"]
        assert CONFIGURATION in github.files(SHOP, BRANCH)
        github.assert_clean()


async def test_merging_the_first_pull_request_brings_the_rest(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url, changes=ASKING) as town:
        await begin(town)
        first = only_pull(town)
        await town.github.push(SHOP, BRANCH, {CONFIGURATION: EVERYTHING}, "Publish all")
        await town.github.merge(SHOP, first["number"])
        await town.quiet()
        opened, merged = sorted(town.github.pulls(SHOP), key=lambda each: -each["number"])
        assert (merged["number"], opened["state"]) == (first["number"], "open")
        assert len(pages(town)) > len(pages(town, "main")) == 3
        assert town.engine.begun("full_generation") == 1
        assert (await town.ask(SHOP, "Add up the prices of a cart"))[0].commit == (head(town))
        await town.github.push(SHOP, "main", {"shop/discounts.py": DISCOUNTS})
        await town.quiet()
        assert town.engine.begun("full_generation") == 1
        assert town.engine.begun("incremental_update") > 0


async def test_the_push_of_the_merge_is_the_consent_when_nothing_else_arrives(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url, changes=ASKING) as town:
        await begin(town)
        shown = {
            path: data
            for path, data in town.github.files(SHOP, BRANCH).items()
            if path.startswith("docs/")
        }
        await town.github.push(SHOP, "main", shown)
        await town.quiet()
        assert town.engine.begun("full_generation") == 1


async def test_closing_the_first_pull_request_keeps_autodoc_silent_until_it_is_opened_again(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url, changes=ASKING) as town:
        await begin(town)
        first = only_pull(town)
        begun = town.engine.begun("onboarding")
        await town.github.close(SHOP, first["number"])
        await town.quiet()
        await town.github.push(SHOP, "main", {"shop/discounts.py": DISCOUNTS})
        await town.quiet()
        assert town.engine.begun("onboarding") == begun
        assert only_pull(town)["state"] == "closed"
        assert town.github.comments(SHOP, first["number"]) == []

        await town.github.reopen(SHOP, first["number"])
        await town.quiet()
        assert only_pull(town)["state"] == "open"
        assert b"discounts" in b"".join(town.github.files(SHOP, BRANCH).values())


async def test_pages_that_a_writer_asks_for_are_an_answer_too(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url, changes=ASKING) as town:
        await begin(town, {**FILES, CONFIGURATION: EVERYTHING})
        first = only_pull(town)
        await town.github.close(SHOP, first["number"])
        await town.github.set_permission(SHOP, "anna", "write")
        await town.github.comment(SHOP, first["number"], "anna", "/autodoc regenerate")
        await town.quiet()
        assert len(town.github.pulls(SHOP)) == 2
        assert len(pages(town)) > 3


async def test_pushes_bring_the_question_up_to_date_and_keep_a_changed_configuration(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url, changes=ASKING) as town:
        await begin(town)
        await town.github.push(SHOP, BRANCH, {CONFIGURATION: EVERYTHING}, "Publish all")
        await town.github.push(SHOP, "main", {"shop/discounts.py": DISCOUNTS})
        await town.quiet()
        assert town.github.files(SHOP, BRANCH)[CONFIGURATION].decode() == EVERYTHING
        assert head(town)[:12] in only_pull(town)["body"]
        assert town.engine.begun("full_generation") == 0


async def test_a_broken_configuration_is_told_at_its_line_and_holds_autodoc_still_till_mended(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url, changes=ASKING) as town:
        await begin(town, {**FILES, CONFIGURATION: "# ours\npublish: everything\n"})
        broken = head(town)
        assert town.github.pulls(SHOP) == []
        [run] = checks(town, broken)
        assert (run["name"], run["conclusion"]) == ("AutoDoc configuration", "failure")
        assert run["output"]["annotations"][0]["start_line"] == 2

        await town.github.push(SHOP, "main", {CONFIGURATION: "# ours\npublish: narrative\n"})
        await town.quiet()
        [run] = checks(town, head(town))
        assert run["conclusion"] == "success"
        assert "your own `.autodoc.yaml`" in only_pull(town)["body"]
        assert town.github.files(SHOP, BRANCH)[CONFIGURATION].decode().startswith("# ours")

        await town.github.push(SHOP, "main", {"NOTES.txt": "no more to say\n"})
        await town.quiet()
        assert checks(town, head(town)) == []
