from dataclasses import dataclass

from pydantic import SecretStr

from app.domain.work.person import Person, Rights
from app.server.pages.sessions import SESSION_S, Doors, Sessions
from tests.fakes.people import FakeIdentity
from tests.fakes.work import SHOP

MONA = Person(login="mona", token=SecretStr("ghu_x"), made_at=0)


@dataclass
class Hand:
    """A clock's."""

    at: float = 0

    def __call__(self) -> float:
        return self.at


async def test_s18_access_that_was_revoked_is_gone_within_a_minute() -> None:
    now, github = Hand(), FakeIdentity({"1": Rights(read=True, write=True)})
    sessions = Sessions(now)
    doors = Doors(github, sessions, now)
    session = sessions.begin(MONA)
    assert (await doors.rights(session, SHOP)).write
    github.rights_of.clear()
    now.at = 59
    assert (await doors.rights(session, SHOP)).read
    assert github.asked == 1
    now.at = 60
    assert not (await doors.rights(session, SHOP)).read


async def test_session_ends_after_eight_hours_and_with_its_token() -> None:
    now, github = Hand(), FakeIdentity({"1": Rights(known=False)})
    sessions = Sessions(now)
    doors = Doors(github, sessions, now)
    first, second = sessions.begin(MONA), sessions.begin(MONA)
    assert first.id != second.id
    assert not (await doors.rights(first, SHOP)).known
    assert sessions.find(first.id) is None
    assert sessions.find(second.id) is second
    now.at = SESSION_S
    assert sessions.find(second.id) is None
