"""What people say about a pull request: reviews, comments at lines, who is asked to look."""

from tests.fake_github.calls import Refused
from tests.fake_github.events import Events
from tests.fake_github.payloads.accounts import simple_user
from tests.fake_github.payloads.pulls import team_json
from tests.fake_github.state import Account, Pull, Repository, Review, ReviewComment, Team
from tests.fake_github.world import World

COLLABORATORS = ("admin", "maintain", "write", "triage", "read")


class Reviews:
    """The reviews of all pull requests."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.events = Events(world)

    def submit(
        self, repository: Repository, pull: Pull, user: Account, state: str, body: str
    ) -> Review:
        """A review of the present head; who reviews has done what was asked of them."""
        now = self.world.clock.text()
        review = Review(self.world.next_id(), user, state, body, pull.head_sha, now)
        pull.reviews.append(review)
        pull.requested_reviewers = [each for each in pull.requested_reviewers if each is not user]
        self.events.review(repository, pull, review)
        return review

    def comment(
        self, repository: Repository, pull: Pull, user: Account, body: str, place: tuple[str, int]
    ) -> ReviewComment:
        """A comment at a line of the diff; GitHub makes a review of it, too."""
        now, review = self.world.clock.text(), self.submit(repository, pull, user, "COMMENTED", "")
        comment = ReviewComment(
            id=self.world.next_id(),
            repository_id=repository.id,
            number=pull.number,
            user=user,
            body=body,
            created_at=now,
            updated_at=now,
            by_app=user is self.world.app.bot,
            path=place[0],
            line=place[1],
            commit_id=pull.head_sha,
            review_id=review.id,
        )
        self.world.review_comments[comment.id] = comment
        self.events.review_comment("created", repository, comment, user)
        return comment

    def request(
        self, repository: Repository, pull: Pull, names: list[str], slugs: list[str], by: Account
    ) -> None:
        """Asks people and teams to review, all of them or none."""
        people = [self._collaborator(repository, pull, name) for name in names]
        teams = [self._team(repository, slug) for slug in slugs]
        for person in people:
            if person not in pull.requested_reviewers:
                pull.requested_reviewers.append(person)
                self._told("review_requested", repository, pull, by, person)
        for team in teams:
            if team not in pull.requested_teams:
                pull.requested_teams.append(team)
                self._told("review_requested", repository, pull, by, team)

    def dismiss_request(
        self, repository: Repository, pull: Pull, names: list[str], slugs: list[str], by: Account
    ) -> None:
        """Takes the request to people and teams back."""
        wanted = {name.lower() for name in names}
        for person in [each for each in pull.requested_reviewers if each.login.lower() in wanted]:
            pull.requested_reviewers.remove(person)
            self._told("review_request_removed", repository, pull, by, person)
        for team in [each for each in pull.requested_teams if each.slug in slugs]:
            pull.requested_teams.remove(team)
            self._told("review_request_removed", repository, pull, by, team)

    def _told(
        self, action: str, repository: Repository, pull: Pull, by: Account, whom: Account | Team
    ) -> None:
        key = "requested_team" if isinstance(whom, Team) else "requested_reviewer"
        shown = (
            team_json(self.world, whom) if isinstance(whom, Team) else simple_user(self.world, whom)
        )
        self.events.pull(action, repository, pull, by, **{key: shown})

    def _collaborator(self, repository: Repository, pull: Pull, name: str) -> Account:
        if name.lower() == pull.user.login.lower():
            raise Refused(422, "Review cannot be requested from pull request author.")
        account = self.world.accounts.get(name.lower())
        role = repository.roles.get(name.lower())
        if account is None or (role not in COLLABORATORS and account is not repository.owner):
            raise _stranger(repository)
        return account

    def _team(self, repository: Repository, slug: str) -> Team:
        found = self.world.teams.get(f"{repository.owner.login}/{slug}".lower())
        if found is None:
            raise _stranger(repository)
        return found


def _stranger(repository: Repository) -> Refused:
    return Refused(
        422,
        "Reviews may only be requested from collaborators. One or more of the users or teams you"
        f" specified is not a collaborator of the {repository.full_name} repository.",
    )
