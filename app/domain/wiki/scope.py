"""A scope: the part of a repository that has its own documentation."""

import posixpath

from app.domain.value import Value
from app.domain.wiki.config import Config


class Scope(Value):
    """A folder with its own configuration, or the whole repository."""

    folder: str = ""
    """Empty for the whole repository."""
    config: Config = Config()

    @property
    def output(self) -> str:
        """Return the folder of the pages, from the repository's root."""
        return posixpath.join(self.folder, self.config.output)

    @property
    def excluded(self) -> tuple[str, ...]:
        """Return what takes no part: what the configuration says, and the pages themselves."""
        own = (posixpath.join(self.folder, each) for each in self.config.exclude)
        return (self.output, *own)
