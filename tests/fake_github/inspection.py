"""What a test may look at: the state as plain values."""

import io
import tarfile
from typing import Any

from tests.fake_github.payloads.pulls import comment_json, comments_of, pull_full
from tests.fake_github.state import Delivery, Exchange
from tests.fake_github.world import World

Json = dict[str, Any]


class Inspection:
    """Read access to a world."""

    def __init__(self, world: World) -> None:
        self.world = world

    @property
    def requests(self) -> list[Exchange]:
        """The exchanges so far, the oldest first."""
        return list(self.world.log)

    @property
    def deliveries(self) -> list[Delivery]:
        """The webhook deliveries so far, the oldest first."""
        return list(self.world.deliveries)

    @property
    def lost(self) -> list[Delivery]:
        """The deliveries that bad weather swallowed."""
        return list(self.world.lost)

    @property
    def violations(self) -> list[str]:
        """What somebody said that GitHub or its clients would never say."""
        return list(self.world.violations)

    def assert_clean(self) -> None:
        """Fails when the oracle has found anything."""
        found = self.violations
        if found:
            raise AssertionError("GitHub's description was violated:\n" + "\n".join(found))

    def head(self, full_name: str, branch: str = "main") -> str | None:
        """The commit of a branch."""
        with self.world.lock:
            return self.world.repository(full_name).git.ref(f"refs/heads/{branch}")

    def branches(self, full_name: str) -> dict[str, str]:
        """Every branch with its commit."""
        with self.world.lock:
            refs = self.world.repository(full_name).git.refs("refs/heads")
        return {name.removeprefix("refs/heads/"): sha for name, sha in refs.items()}

    def files(self, full_name: str, ref: str = "main") -> dict[str, bytes]:
        """Every file of a branch, tag or commit."""
        with self.world.lock:
            git = self.world.repository(full_name).git
            sha = git.commit_sha(ref)
            if sha is None:
                return {}
            archive = git.run("archive", "--format=tar", sha)
        files = {}
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            for member in tar.getmembers():
                content = tar.extractfile(member) if member.isfile() else None
                if content is not None:
                    files[member.name] = content.read()
        return files

    def commits(self, full_name: str, ref: str = "main") -> list[Json]:
        """Every commit of a branch, the newest first: sha, message, author, parents, verified."""
        with self.world.lock:
            repository = self.world.repository(full_name)
            found = [repository.git.commit(sha) for sha in repository.git.commits(ref)[::-1]]
            return [
                {
                    "sha": commit.sha,
                    "message": commit.message,
                    "author": commit.author.name,
                    "parents": list(commit.parents),
                    "verified": commit.sha in repository.verified,
                }
                for commit in found
            ]

    def pulls(self, full_name: str, state: str = "all") -> list[Json]:
        """Pull requests as the REST API shows them, the oldest first."""
        with self.world.lock:
            repository = self.world.repository(full_name)
            wanted = [pull for pull in repository.pulls if state in ("all", pull.state)]
            return [pull_full(self.world, repository, pull) for pull in wanted]

    def comments(self, full_name: str, number: int) -> list[Json]:
        """The comments of an issue or pull request, the oldest first."""
        with self.world.lock:
            repository = self.world.repository(full_name)
            found = comments_of(self.world, repository, number)
            return [comment_json(self.world, repository, comment) for comment in found]

    def reactions(self, comment_id: int) -> list[tuple[str, str]]:
        """Who reacted to a comment and how."""
        with self.world.lock:
            anywhere = {**self.world.comments, **self.world.review_comments}
            found = anywhere[comment_id].reactions
            return [(reaction.user.login, reaction.content) for reaction in found]

    def labels(self, full_name: str, number: int) -> list[str]:
        """The labels of an issue or pull request."""
        with self.world.lock:
            return [label.name for label in self.world.repository(full_name).issues[number].labels]

    def check_runs(self, full_name: str) -> list[Json]:
        """The check runs with what the app set."""
        with self.world.lock:
            runs = self.world.repository(full_name).check_runs.values()
            return [{**run.fields, "id": run.id, "head_sha": run.head_sha} for run in runs]
