"""What people say to AutoDoc in comments, and what they see."""

from pathlib import Path

from app.domain.work.grammar import read_orders
from tests.e2e.served import eventually
from tests.e2e.shop import DISCOUNTS, FILES, SHOP
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


async def say(town: Town, number: int, body: str) -> str:
    """Let Anna comment and return what is answered in the end."""
    known = len(answers(town, number))
    await town.github.comment(SHOP, number, ANNA, body)
    await town.quiet()
    [answer] = answers(town, number)[known:]
    return answer


def refused(town: Town) -> str:
    """Read what the check of the documentation pull request says."""
    runs = town.github.check_runs(SHOP)
    [*_, check] = [each for each in runs if each["name"] == "AutoDoc impact"]
    return str(check["output"]["summary"])


async def merge(town: Town) -> None:
    """Merge the open documentation pull request."""
    [pull] = town.github.pulls(SHOP, "open")
    await town.github.merge(SHOP, pull["number"])
    await town.quiet()


async def test_writer_of_the_repository_has_the_pages_written_anew(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        number = await document(town, "write")
        begun = town.engine.begun("full_generation")
        answer = await say(town, number, "Please.\n\n/autodoc regenerate")
        # The local writer says the same again, and that is told where it was ordered.
        assert "Done: " in answer
        assert town.engine.begun("full_generation") == begun + 1
        assert len(town.github.pulls(SHOP)) == 1


async def test_one_page_is_written_anew_by_its_name_or_a_file_that_it_cites(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        number = await document(town, "write")
        begun = town.engine.begun("full_generation")
        by_name = await say(town, number, "/autodoc regenerate home")
        by_file = await say(town, number, "/autodoc regenerate shop/cart.py")
        unknown = await say(town, number, "/autodoc regenerate homee")
        for answer in (by_name, by_file):
            assert answer.startswith("Done: ")
        assert "Did you mean `home`?" in unknown
        # The pages that nobody asked for are not even thought about.
        assert town.engine.begun("full_generation") == begun
        assert town.engine.begun("incremental_update") == 2


async def test_status_says_what_is_proposed_documented_and_stale(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        number = await document(town, "read")
        proposed = await say(town, number, "/autodoc status")
        assert "wait for a merge" in proposed
        assert f"[#{number}](" in proposed
        await merge(town)
        merged = await say(town, number, "/autodoc status")
        head = (town.github.head(SHOP, "main") or "")[:12]
        assert f"Documented is `main` at `{head}`" in merged
        assert "Model calls of this month: $0.00" in merged


async def test_question_is_answered_by_merged_pages_with_the_places_that_they_cite(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        number = await document(town, "read")
        early = await say(town, number, "/autodoc ask How many items may a cart hold?")
        assert "no answer" in early
        await merge(town)
        answer = await say(
            town, number, "/autodoc ask What does the gateway do? @octo/all fixes #1"
        )
        assert "> " in answer
        assert f"{town.github.url}/{SHOP}/blob/" in answer
        assert "checkout.py" in answer
        assert read_orders(answer) == []
        assert "@octo/all" not in answer


async def test_paused_repository_does_nothing_until_it_may_go_on(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        number = await document(town, "write")
        await merge(town)
        assert "AutoDoc is paused here" in await say(town, number, "/autodoc pause")
        await town.github.push(SHOP, "main", {"shop/discounts.py": DISCOUNTS})
        await town.quiet()
        assert town.github.pulls(SHOP, "open") == []
        assert "anna paused AutoDoc" in await say(town, number, "/autodoc status")
        assert "goes on and catches up with `main`" in await say(town, number, "/autodoc resume")
        assert len(town.github.pulls(SHOP, "open")) == 1
        assert "not paused" in await say(town, number, "/autodoc resume")


async def test_reader_is_refused_everything_that_has_an_effect_and_told_why(
    folder: Path, database_url: str
) -> None:
    orders = ("regenerate", "revise home: be short", "ack home it is true", "pause", "resume")
    said = "\n".join(f"/autodoc {each}" for each in orders)
    async with open_town(folder, database_url) as town:
        number = await document(town, "read")
        begun = len(town.github.deliveries)
        comment = await town.github.comment(SHOP, number, ANNA, said)
        await town.quiet()
        [answer] = answers(town, number)
        for verb in ("regenerate", "revise", "ack", "pause", "resume"):
            assert f"`{verb}` is for people with write access to {SHOP}" in answer
        assert [content for _, content in town.github.reactions(comment)] == ["eyes", "confused"]
        assert town.engine.begun("full_generation") == 1
        assert await town.stores.notes.find(1, "main") == {}
        assert len(town.github.deliveries) > begun


async def test_instruction_is_refused_and_forgotten_where_no_model_could_follow_it(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        number = await document(town, "write")
        answer = await say(town, number, "/autodoc revise home: say it in French")
        assert "No model is set" in answer
        assert await town.stores.notes.find(1, "main") == {}


async def test_order_of_somebody_who_lost_the_right_meanwhile_is_not_carried_out(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        number = await document(town, "write")
        async with town.engine.held():
            await town.github.comment(SHOP, number, ANNA, "/autodoc regenerate")
            await eventually(lambda: len(answers(town, number)) == 1, "the answer")
            await town.github.set_permission(SHOP, ANNA, "read")
        await town.quiet()
        [answer] = answers(town, number)
        assert "may no longer write to octo/shop" in answer


async def test_command_at_a_line_of_the_diff_is_seen_there_and_answered_below(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        number = await document(town, "read")
        path = next(each for each in town.github.files(SHOP, "autodoc/main") if "docs/" in each)
        comment = await town.github.review_comment(SHOP, number, ANNA, "/autodoc help", path)
        await town.quiet()
        assert [content for _, content in town.github.reactions(comment)] == ["eyes", "rocket"]
        assert len(answers(town, number)) == 1


async def test_buttons_of_the_documentation_pull_request_obey_writers_alone(
    folder: Path, database_url: str
) -> None:
    async with open_town(folder, database_url) as town:
        number = await document(town, "read")
        runs = town.github.check_runs(SHOP)
        check = next(each for each in runs if each["name"] == "AutoDoc impact")
        begun = town.engine.begun("full_generation")
        await town.github.press(SHOP, check["id"], "regenerate", ANNA)
        await town.quiet()
        assert answers(town, number) == []
        assert "write access" in refused(town)
        assert town.engine.begun("full_generation") == begun
        await town.github.set_permission(SHOP, ANNA, "write")
        await town.github.press(SHOP, check["id"], "regenerate", ANNA)
        await town.quiet()
        [told] = answers(town, number)
        assert "`anna` pressed “Regenerate”.\n\nDone: " in told
        assert town.engine.begun("full_generation") == begun + 1
        await town.github.press(SHOP, check["id"], "retry", ANNA)
        await town.quiet()
        assert answers(town, number) == [told]
        assert "nothing to retry" in refused(town)


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
