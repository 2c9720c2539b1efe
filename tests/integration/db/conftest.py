import pytest

from app.db.engine import Sessions
from app.db.repositories import RepositoryRepo
from app.domain.work.repository import Provider, Repository, RepositoryRef

SHOP = RepositoryRef(
    provider=Provider.GITHUB,
    external_id="42",
    full_name="octo/shop",
    url="https://github.com/octo/shop",
    default_branch="main",
    installation_id=7,
)


@pytest.fixture
async def repository(sessions: Sessions) -> Repository:
    return await RepositoryRepo(sessions).upsert(SHOP)
