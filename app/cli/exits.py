"""Exit statuses."""

from enum import IntEnum


class Exit(IntEnum):
    """What a script learns from a command that did not simply succeed."""

    FINDINGS = 1
    """There are findings, or pages were withheld."""
    INPUT = 2
    OUTSIDE = 3
    INTERRUPTED = 130
