"""Who agreed to model calls, when, and which repositories an operator lets begin."""

import fnmatch

from app.domain.work.branches import OWN_BRANCHES
from app.domain.work.command import Command, Verb
from app.domain.work.repository import Consent
from app.domain.work.trigger import Closed, Commanded, Planned, Proposed

NOT_ALLOWED = "Whoever runs this AutoDoc has not let this repository begin."
"""Why nothing is done in a repository that the operator does not name."""
_ASKS_FOR_PAGES = frozenset({Verb.REGENERATE, Verb.REVISE})
_OPEN_QUESTION = frozenset({Consent.UNASKED, Consent.ASKED})


def consent_after(trigger: Planned, consent: Consent) -> Consent:
    """Say what a trigger makes of the consent; commands are those of people who may write.

    What was given stays: a later pull request that is closed is about its own pages alone.
    """
    if isinstance(trigger, Closed) and trigger.head.startswith(OWN_BRANCHES):
        if trigger.merged:
            return Consent.GIVEN
        return Consent.DECLINED if consent in _OPEN_QUESTION else consent
    if isinstance(trigger, Proposed):
        # Of our own pull requests only those come in that a person opened again.
        return Consent.ASKED if consent is Consent.DECLINED else consent
    if isinstance(trigger, Commanded) and isinstance(trigger.order, Command):
        return _after_command(trigger.order, consent)
    return consent


def _after_command(order: Command, consent: Consent) -> Consent:
    if order.verb in _ASKS_FOR_PAGES:
        return Consent.GIVEN
    is_asked_again = order.verb is Verb.RESUME and consent is Consent.DECLINED
    return Consent.UNASKED if is_asked_again else consent


def is_allowed(full_name: str, globs: str) -> bool:
    """Say whether one of the comma-separated globs names a repository; without any, all are."""
    listed = [each.strip().casefold() for each in globs.split(",") if each.strip()]
    name = full_name.casefold()
    return not listed or any(fnmatch.fnmatchcase(name, each) for each in listed)
