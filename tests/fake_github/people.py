"""What people do on GitHub, all of it in one class."""

from tests.fake_github.authors import Authors
from tests.fake_github.owners import Owners
from tests.fake_github.reviewers import Reviewers


class People(Owners, Authors, Reviewers):
    """Everybody who acts on a repository."""
