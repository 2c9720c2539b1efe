"""Why a request is refused, and with which status."""

from http import HTTPStatus


class Refused(Exception):  # noqa: N818 - an answer, not a fault
    """A request that is answered with an error status; its text quotes nothing from outside."""

    def __init__(self, status: HTTPStatus, reason: str) -> None:
        super().__init__(reason)
        self.status = status
