"""Comments, reactions and labels."""

from tests.fake_github.calls import Refused, invalid
from tests.fake_github.events import Events
from tests.fake_github.payloads.pulls import label_json
from tests.fake_github.pull_requests import check_body
from tests.fake_github.state import (
    Account,
    Comment,
    Issue,
    Label,
    Pull,
    Reaction,
    Repository,
)
from tests.fake_github.world import World

WRITERS = ("admin", "maintain", "write")


class Conversations:
    """What people and the app say below issues and pull requests."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.events = Events(world)

    def open_issue(self, repository: Repository, title: str, user: Account) -> Issue:
        """A new issue."""
        now = self.world.clock.text()
        number = repository.take_number()
        issue = Issue(self.world.next_id(), number, title, None, user, now, now)
        repository.issues[number] = issue
        return issue

    def comment(self, repository: Repository, number: int, body: str, user: Account) -> Comment:
        """A new comment."""
        _check(body)
        self._check_open(repository, number, user)
        now = self.world.clock.text()
        comment = Comment(
            id=self.world.next_id(),
            repository_id=repository.id,
            number=number,
            user=user,
            body=body,
            created_at=now,
            updated_at=now,
            by_app=user is self.world.app.bot,
        )
        self.world.comments[comment.id] = comment
        self.events.comment("created", repository, comment, user)
        return comment

    def edit(self, repository: Repository, comment: Comment, body: str, user: Account) -> None:
        """A comment gets another text."""
        _check(body)
        changes = {"body": {"from": comment.body}}
        comment.body, comment.updated_at = body, self.world.clock.text()
        self.events.comment("edited", repository, comment, user, changes=changes)

    def delete(self, repository: Repository, comment: Comment, user: Account) -> None:
        """A comment goes."""
        self.events.comment("deleted", repository, comment, user)
        del self.world.comments[comment.id]

    def _check_open(self, repository: Repository, number: int, user: Account) -> None:
        """A locked conversation is closed to all who cannot write; an app never can."""
        role = repository.roles.get(user.login.lower())
        if repository.issues[number].locked and role not in WRITERS:
            raise Refused(403, "Unable to create comment because issue is locked.")

    def put_label(self, repository: Repository, issue: Issue, name: str, user: Account) -> None:
        """Labels an issue or pull request."""
        label = self.label(repository, name)
        if label not in issue.labels:
            issue.labels.append(label)
            self._labelled("labeled", repository, issue, label, user)

    def take_label(self, repository: Repository, issue: Issue, label: Label, user: Account) -> None:
        """Takes a label off."""
        issue.labels.remove(label)
        self._labelled("unlabeled", repository, issue, label, user)

    def _labelled(
        self, action: str, repository: Repository, issue: Issue, label: Label, user: Account
    ) -> None:
        if isinstance(issue, Pull):
            shown = label_json(self.world, repository, label)
            self.events.pull(action, repository, issue, user, label=shown)

    def react(self, comment: Comment, content: str, user: Account) -> tuple[Reaction, bool]:
        """The user's reaction, and whether it is new: nobody reacts twice in the same way."""
        for reaction in comment.reactions:
            if (reaction.user, reaction.content) == (user, content):
                return reaction, False
        made = Reaction(self.world.next_id(), user, content, self.world.clock.text())
        comment.reactions.append(made)
        return made, True

    def label(self, repository: Repository, name: str) -> Label:
        """The label of that name, made when it is not there yet."""
        found = repository.labels.get(name.lower())
        if found is None:
            found = Label(self.world.next_id(), name)
            repository.labels[name.lower()] = found
        return found


def _check(body: str) -> None:
    if not body.strip():
        raise invalid("IssueComment", "unprocessable", field="data", message="Body cannot be blank")
    check_body(body)
