"""What people say to AutoDoc in comments, and what they see."""

from pathlib import Path

from tests.e2e.shop import FILES, SHOP
from tests.e2e.town import Town, open_town

ANNA = "anna"


async def document(town: Town, role: str) -> int:
    """Document the shop, give Anna a role, and return the number of the pull request."""
    await town.github.add_repository(SHOP, FILES)
    await town.github.install("octo", [SHOP])
    await town.github.set_permission(SHOP, ANNA, role)
    await town.quiet()
    [pull] = town.github.pulls(SHOP)
    number: int = pull["number"]
    return number


def answers(town: Town, number: int) -> list[str]:
    """List what AutoDoc wrote below a pull request."""
    comments = town.github.comments(SHOP, number)
    return [str(each["body"]) for each in comments if each["user"]["login"] != ANNA]


async def test_help_is_answered_with_what_can_be_said(folder: Path, database_url: str) -> None:
    async with open_town(folder, database_url) as town:
        number = await document(town, "read")
        comment = await town.github.comment(SHOP, number, ANNA, "/autodoc help")
        await town.quiet()
        [answer] = answers(town, number)
        reactions = [content for _, content in town.github.reactions(comment)]
        assert "/autodoc regenerate" in answer
        assert reactions == ["eyes", "rocket"]


async def test_writer_of_the_repository_has_the_pages_written_anew(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        number = await document(town, "write")
        begun = town.engine.begun("full_generation")
        await town.github.comment(SHOP, number, ANNA, "Please.\n\n/autodoc regenerate")
        await town.quiet()
        [answer] = answers(town, number)
        assert "anew" in answer
        assert town.engine.begun("full_generation") == begun + 1
        assert len(town.github.pulls(SHOP)) == 1


async def test_reader_of_the_repository_is_refused_and_nothing_runs(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        number = await document(town, "read")
        begun = town.engine.begun("full_generation")
        comment = await town.github.comment(SHOP, number, ANNA, "/autodoc regenerate")
        await town.quiet()
        [answer] = answers(town, number)
        assert "write access" in answer
        assert [content for _, content in town.github.reactions(comment)] == ["eyes", "confused"]
        assert town.engine.begun("full_generation") == begun


async def test_redelivered_command_is_answered_once(folder: Path, database_url: str) -> None:
    async with open_town(folder, database_url) as town:
        number = await document(town, "write")
        await town.github.comment(SHOP, number, ANNA, "/autodoc help")
        await town.quiet()
        await town.github.redeliver(town.github.deliveries[-1].guid)
        await town.quiet()
        assert len(answers(town, number)) == 1


async def test_quoted_command_is_no_command(folder: Path, database_url: str) -> None:
    async with open_town(folder, database_url) as town:
        number = await document(town, "write")
        await town.github.comment(SHOP, number, ANNA, "> /autodoc regenerate\n\nWhat is this?")
        await town.quiet()
        assert answers(town, number) == []
