"""The whole state of the fake and the lock that makes each change to it one step."""

import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from tests.fake_github.git_repository import GitRepository
from tests.fake_github.lag import Lag
from tests.fake_github.limits import Limits
from tests.fake_github.state import (
    Account,
    App,
    Comment,
    Delivery,
    Exchange,
    Installation,
    Pull,
    Repository,
    ReviewComment,
    Team,
    Token,
)

LONGEST_LOG = 20_000


class Clock:
    """The fake's time: the machine's, moved by `offset` seconds."""

    def __init__(self) -> None:
        self.offset = 0.0

    def now(self) -> float:
        """Seconds since 1970."""
        return time.time() + self.offset

    def text(self, at: float | None = None) -> str:
        """A moment as GitHub writes it."""
        moment = datetime.fromtimestamp(self.now() if at is None else at, UTC)
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class World:
    """Everything there is on this GitHub. Change and read it only while holding `lock`."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.url = ""
        self.lock = threading.RLock()
        self.clock = Clock()
        self.accounts: dict[str, Account] = {}
        self.repositories: dict[int, Repository] = {}
        self.renamed: dict[str, int] = {}
        self.installations: dict[int, Installation] = {}
        self.tokens: dict[str, Token] = {}
        self.user_tokens: dict[str, tuple[Account, float]] = {}
        self.comments: dict[int, Comment] = {}
        self.review_comments: dict[int, ReviewComment] = {}
        self.teams: dict[str, Team] = {}
        self.deliveries: list[Delivery] = []
        self.outbox: list[Delivery] = []
        self.log: list[Exchange] = []
        self.violations: list[str] = []
        self.long_tokens = False
        self.token_lag_seconds = 0.0
        self.limits = Limits()
        self.lag = Lag()
        self.lost: list[Delivery] = []
        self._app: App | None = None
        self._last_id = 1000

    @property
    def app(self) -> App:
        """The app under test."""
        if self._app is None:
            raise RuntimeError("the fake has not been given its app")
        return self._app

    @app.setter
    def app(self, app: App) -> None:
        self._app = app

    @property
    def api_url(self) -> str:
        """The root of the REST API as GitHub Enterprise places it."""
        return f"{self.url}/api/v3"

    def next_id(self) -> int:
        """An id that nothing else has."""
        self._last_id += 1
        return self._last_id

    def account(self, login: str, kind: str = "User") -> Account:
        """The account of that login, made when it is not there yet."""
        found = self.accounts.get(login.lower())
        if found is None:
            found = Account(self.next_id(), login, "Bot" if login.endswith("[bot]") else kind)
            self.accounts[login.lower()] = found
        return found

    def add_repository(self, full_name: str, default_branch: str, *, private: bool) -> Repository:
        """A new, empty repository."""
        owner, name = full_name.split("/")
        if self.find_repository(full_name) is not None:
            raise ValueError(f"{full_name} exists")
        identity = self.next_id()
        git = GitRepository.create(
            self.directory / "repositories" / f"{identity}.git", default_branch
        )
        self.repositories[identity] = Repository(
            id=identity,
            owner=self.account(owner, "Organization"),
            name=name,
            git=git,
            default_branch=default_branch,
            private=private,
            created_at=self.clock.text(),
        )
        return self.repositories[identity]

    def find_repository(self, full_name: str) -> Repository | None:
        """The repository of that present name."""
        wanted = full_name.lower()
        found = (each for each in self.repositories.values() if each.full_name.lower() == wanted)
        return next(found, None)

    def repository(self, full_name: str) -> Repository:
        """The repository of that name, which has to exist."""
        found = self.find_repository(full_name)
        if found is None:
            raise KeyError(f"there is no repository {full_name}")
        return found

    def pull(self, full_name: str, number: int) -> Pull:
        """The pull request of that number, which has to exist."""
        found = self.repository(full_name).issues.get(number)
        if not isinstance(found, Pull):
            raise KeyError(f"there is no pull request {full_name}#{number}")
        return found

    def installation_for(self, repository: Repository) -> Installation | None:
        """The installation that covers the repository."""
        covering = (each for each in self.installations.values() if each.covers(repository))
        return next(covering, None)

    def record(self, exchange: Exchange) -> None:
        """Adds to the log that tests inspect."""
        self.log.append(exchange)
        del self.log[:-LONGEST_LOG]
