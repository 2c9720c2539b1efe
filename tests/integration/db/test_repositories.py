import pytest

from app.db.engine import Sessions
from app.db.repositories import RepositoryRepo
from app.domain.work.repository import Consent, Provider, Repository, RepositoryRef
from tests.integration.db.conftest import SHOP


async def test_renamed_repository_keeps_its_row(sessions: Sessions, repository: Repository) -> None:
    repos = RepositoryRepo(sessions)
    renamed = RepositoryRef(
        provider=Provider.GITHUB,
        external_id="42",
        full_name="octo/store",
        url="https://github.com/octo/store",
    )

    after = await repos.upsert(renamed)

    assert after.id == repository.id
    assert (after.full_name, after.default_branch, after.installation_id) == (
        "octo/store", "main", 7,
    )  # fmt: skip
    assert await repos.find_by_url("https://github.com/octo/store") == after
    assert await repos.find_by_url("https://github.com/octo/shop") is None


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/octo/shop",
        "https://github.com/Octo/Shop.git",
        "http://token@github.com/octo/shop/",
        "git@github.com:octo/shop.git",
        "ssh://git@github.com/octo/shop",
        "github.com/octo/shop?tab=readme#top",
    ],
)
async def test_repository_is_found_however_its_address_is_written(
    sessions: Sessions, repository: Repository, url: str
) -> None:
    assert await RepositoryRepo(sessions).find_by_url(url) == repository


async def test_paths_of_checkouts_differ_by_case(sessions: Sessions) -> None:
    repos = RepositoryRepo(sessions)
    checkout = RepositoryRef(
        provider=Provider.LOCAL, external_id="/src/Shop", full_name="Shop", url="/src/Shop"
    )
    kept = await repos.upsert(checkout)

    assert await repos.find_by_url("/src/Shop/") == kept
    assert await repos.find_by_url("/src/shop") is None


async def test_names_hold_no_character_that_postgresql_refuses(sessions: Sessions) -> None:
    odd = RepositoryRef(
        provider=Provider.LOCAL, external_id="x", full_name="a\x00b\udcff", url="/x"
    )

    assert (await RepositoryRepo(sessions).upsert(odd)).full_name == "a\ufffdb\ufffd"


async def test_repository_without_published_documentation_is_not_offered(
    sessions: Sessions, repository: Repository
) -> None:
    assert await RepositoryRepo(sessions).find(repository.full_name) == []


async def test_who_answered_meanwhile_is_not_asked_again(
    sessions: Sessions, repository: Repository
) -> None:
    repos = RepositoryRepo(sessions)
    assert repository.consent is Consent.UNASKED
    await repos.ask(repository.id)
    assert (await repos.upsert(SHOP)).consent is Consent.ASKED
    await repos.set_consent(repository.id, Consent.DECLINED)
    await repos.ask(repository.id)
    assert (await repos.upsert(SHOP)).consent is Consent.DECLINED


async def test_the_organisations_configuration_is_that_of_its_installation_alone(
    sessions: Sessions, repository: Repository
) -> None:
    repos = RepositoryRepo(sessions)
    other = SHOP.model_copy(update={"external_id": "43", "installation_id": 8})
    await repos.upsert(other)
    assert repository.installation_id is not None
    await repos.set_defaults(repository.installation_id, "publish: all\n")
    assert (await repos.upsert(SHOP)).defaults == "publish: all\n"
    assert (await repos.upsert(other)).defaults == ""
