"""Every error that AutoDoc raises on purpose.

AutoDocError
├── InputError                what the user or the repository gave cannot be used
│   └── ConfigurationError    a setting is missing or wrong
├── OutsideError              something that we do not control failed
│   ├── GitError              git refused or ran too long
│   ├── GitHubError           GitHub refused or failed
│   │   ├── RateLimited       try again after `retry_after` seconds
│   │   ├── NotFound          what was asked for does not exist, or not for us
│   │   ├── OutOfReach        the App was taken from the repository, or that was deleted
│   │   ├── NotGranted        the installation lacks a permission
│   │   ├── Protected         the rules of the repository keep a branch from us
│   │   └── Conflict          what is there now is not what the request assumed
│   ├── Unjudged              a change takes too much time or memory to be judged
│   ├── StoreError            the database cannot be reached, or lacks what a run was started for
│   │   └── Gone              the row was removed, with all that belongs to it
│   └── QueueFull             too many jobs wait: there is room later
├── LeaseLost                 another process took the job over; this one must stop
├── Withheld                  no page of a run passed its checks
└── ModelError                a model gave no usable answer
    ├── ModelRefused          the provider will not answer this request, however often it is asked
    ├── BudgetExceeded        the next call could cost more than a cap allows
    └── QualityGateFailed     the answer stayed below the floor after every attempt
"""


class AutoDocError(Exception):
    """Base of all errors; its text is one sentence for the user, its `transient` says: retry."""

    transient = False


class InputError(AutoDocError):
    """What the user or the repository gave cannot be used."""


class ConfigurationError(InputError):
    """A setting is missing or wrong."""


class OutsideError(AutoDocError):
    """Something that we do not control failed."""

    transient = True


class GitError(OutsideError):
    """Git refused or ran too long."""


class GitHubError(OutsideError):
    """GitHub refused or failed; `status` is its HTTP status, 0 when there was no answer."""

    def __init__(self, message: str, status: int = 0, *, transient: bool = True) -> None:
        super().__init__(message)
        self.status = status
        self.transient = transient


class RateLimited(GitHubError):  # noqa: N818 - reads as the state that GitHub reports
    """GitHub asks us to wait."""

    def __init__(self, retry_after: float, status: int = 403) -> None:
        super().__init__(f"GitHub asks to wait {retry_after:.0f} s", status)
        self.retry_after = retry_after


class NotFound(GitHubError):  # noqa: N818 - reads as the state that GitHub reports
    """What was asked for does not exist, or not for us."""

    def __init__(self, message: str) -> None:
        super().__init__(message, 404, transient=False)


class OutOfReach(GitHubError):  # noqa: N818 - reads as the state that GitHub reports
    """The App was taken from the repository, or that was deleted; or GitHub does not know yet."""

    def __init__(self, message: str) -> None:
        super().__init__(message, 404, transient=False)


class NotGranted(GitHubError):  # noqa: N818 - reads as the state that GitHub reports
    """The installation lacks a permission: its owner has to accept it, until then do without."""

    def __init__(self, message: str, status: int = 403) -> None:
        super().__init__(message, status, transient=False)


class Protected(GitHubError):  # noqa: N818 - reads as the state that GitHub reports
    """The rules of the repository keep a branch from us; people can change them."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message, status, transient=False)


class Conflict(GitHubError):  # noqa: N818 - reads as the state that GitHub reports
    """What is there now is not what the request assumed: look again, then decide."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message, status, transient=False)


class StoreError(OutsideError):
    """The database cannot be reached, or lacks what a run was started for."""


class Gone(StoreError):  # noqa: N818 - a state, not a fault
    """The row was removed, with all that belongs to it: whoever works on it must stop."""

    transient = False


class Unjudged(OutsideError):  # noqa: N818 - a state, not a fault
    """A change takes too much time or memory to be judged; trying again does not help."""

    transient = False


class QueueFull(OutsideError):  # noqa: N818 - a state, not a fault
    """Too many jobs wait: whoever asked asks again later, however often that takes."""


class LeaseLost(AutoDocError):  # noqa: N818 - a state, not a fault
    """Another process took the job over; this one must stop without a further effect."""


class Withheld(AutoDocError):  # noqa: N818 - a verdict, not a fault
    """No page of a run passed its checks, so nothing is published."""


class ModelError(AutoDocError):
    """A model gave no usable answer."""

    transient = True


class ModelRefused(ModelError):  # noqa: N818 - a verdict, not a fault
    """The provider will not answer this request, however often it is asked."""

    transient = False


class BudgetExceeded(ModelError):  # noqa: N818 - a verdict, not a fault
    """The next call could cost more than a cap allows."""

    transient = False


class QualityGateFailed(ModelError):  # noqa: N818 - a verdict, not a fault
    """The answer stayed below the floor after every attempt."""

    transient = False


def is_transient(error: BaseException) -> bool:
    """Say whether time can heal an error; an unknown one is a defect and is not retried."""
    return isinstance(error, TimeoutError) or (isinstance(error, AutoDocError) and error.transient)
