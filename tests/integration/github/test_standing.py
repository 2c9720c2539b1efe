"""How a repository stands with GitHub, whatever became of it."""

import pytest

from app.domain.work.repository import Standing
from app.errors import OutOfReach
from tests.integration.github.conftest import BRANCH, NAME, Scene


async def stand(scene: Scene) -> Standing | None:
    return await scene.github.standings.standing(scene.repository)


async def test_f34_a_renamed_repository_is_found_by_its_id(scene: Scene) -> None:
    await scene.fake.rename(NAME, "store")
    await scene.fake.add_repository(NAME, {"README.md": "# Another shop\n"})
    found = await stand(scene)

    assert found is not None
    assert found.ref.full_name == "acme/store"
    assert found.ref.external_id == scene.repository.external_id


async def test_f35_an_archived_and_a_private_one_are_told(scene: Scene) -> None:
    await scene.fake.set_private(NAME, private=False)
    first = await stand(scene)
    await scene.fake.archive(NAME)
    await scene.fake.set_private(NAME, private=True)
    second = await stand(scene)

    assert first is not None
    assert second is not None
    assert (first.archived, first.private) == (False, False)
    assert (second.archived, second.private) == (True, True)


async def test_f35_a_deleted_repository_is_out_of_reach(scene: Scene) -> None:
    await scene.fake.delete_repository(NAME)

    assert await stand(scene) is None


async def test_f36_one_that_was_taken_from_the_installation_is_out_of_reach(scene: Scene) -> None:
    installation = scene.repository.installation_id
    assert installation is not None
    await scene.fake.add_to_installation(installation, [NAME])
    await scene.fake.remove_from_installation(installation, [NAME])

    assert await stand(scene) is None
    with pytest.raises(OutOfReach, match="does not exist or is not accessible"):
        await scene.github.client.head_of(scene.repository, "main")


async def test_f36_a_suspended_installation_is_no_missing_repository(scene: Scene) -> None:
    installation = scene.repository.installation_id
    assert installation is not None
    await stand(scene)
    await scene.fake.suspend(installation)
    held = await stand(scene)

    assert held is not None
    assert held.suspended
    await scene.fake.suspend(installation, suspended=False)
    again = await stand(scene)
    assert again is not None
    assert not again.suspended


async def test_f42_a_new_installation_is_found_though_nobody_told_of_it(scene: Scene) -> None:
    assert scene.repository.installation_id is not None
    await scene.fake.uninstall(scene.repository.installation_id)
    assert await stand(scene) is None

    anew = await scene.fake.install("acme")
    found = await stand(scene)
    assert found is not None
    assert found.ref.installation_id == anew.id != scene.repository.installation_id


async def test_f53_our_pull_request_of_a_branch_that_is_left_is_closed_with_the_reason(
    scene: Scene,
) -> None:
    await scene.publish()
    standings = scene.github.standings
    number = await standings.close_left(scene.repository, "main", "`trunk` is documented now.")
    [pull] = scene.fake.pulls(NAME)

    assert (pull["number"], pull["state"]) == (number, "closed")
    assert "`trunk` is documented now." in pull["body"]
    assert await standings.close_left(scene.repository, "main", "Again.") is None
    assert BRANCH in scene.fake.branches(NAME)
