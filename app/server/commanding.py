"""What the server does about `/autodoc …`: each verb with what it needs."""

import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from importlib.metadata import version

from app.domain.work.command import Verb
from app.domain.work.repository import Repository
from app.domain.work.trigger import Pressed
from app.github.client import GitHubClient
from app.impact.check_runs import Subject, own, subject_of
from app.jobs.commands.acknowledging import Acknowledging, Judgement
from app.jobs.commands.asking import Asking
from app.jobs.commands.buttons import Buttons, Steering
from app.jobs.commands.commander import Commander
from app.jobs.commands.holding import Holding
from app.jobs.commands.open_changes import OpenChanges
from app.jobs.commands.rate import Rate
from app.jobs.commands.standing import Books, Standing
from app.jobs.commands.writing import Writing
from app.jobs.planner import Planner
from app.reader import DatabaseReader, Shelves
from app.settings import Settings
from app.wiring import Stores, kinds_by_model, open_embedder

Again = Callable[[Repository, Pressed], Awaitable[None]]
"""Judges anew what a check run is about."""


def make_buttons(settings: Settings, client: GitHubClient, again: Again, jobs: Steering) -> Buttons:
    """Lay out what the buttons of check runs do."""

    async def refuse(repository: Repository, pressed: Pressed, told: str) -> None:
        number = number_of(pressed.external_id)
        branch = await client.base_of(repository, number)
        subject = Subject(head=pressed.head_commit, branch=branch, number=number, is_own=True)
        await client.put_check(repository, own(subject, told))

    return Buttons(client, again, number_of, jobs, refuse, settings.public_url)


def number_of(external_id: str) -> int:
    """Read which pull request a check is about; 0 for none."""
    subject = subject_of(external_id)
    return 0 if subject is None else subject.number


def make_commander(
    settings: Settings,
    stores: Stores,
    client: GitHubClient,
    planner: Planner,
    judgement: Judgement,
) -> Commander:
    """Lay out what obeys commands."""
    writing = Writing(
        bases=client,
        versions=stores.wiki,
        notes=stores.notes,
        carry_out=planner.carry_out,
        by_model=kinds_by_model(settings),
        public_url=settings.public_url,
    )
    books = Books(stores.wiki, stores.verdicts, stores.jobs, stores.usage)
    standing = Standing(
        proposals=client,
        books=books,
        configurations=planner,
        now=lambda: datetime.now(UTC),
        version=version("autodoc"),
        public_url=settings.public_url,
        allow=settings.onboarding.allow,
    )
    shelves = Shelves(stores.repositories, stores.search, stores.wiki, stores.verdicts)
    # The embedding model is loaded with the first question.
    asking = Asking(DatabaseReader(shelves, open_embedder(settings), settings))
    undone = OpenChanges(client, judgement)
    holding = Holding(stores.repositories, planner.carry_out, undone, settings.public_url)
    handlers = {
        Verb.STATUS: standing.status,
        Verb.REGENERATE: writing.regenerate,
        Verb.REVISE: writing.revise,
        Verb.ASK: asking.ask,
        Verb.ACK: Acknowledging(judgement, stores.acks).ack,
        Verb.PAUSE: holding.pause,
        Verb.RESUME: holding.resume,
    }
    return Commander(client, handlers, Rate(settings.caps.commands_hour, time.monotonic))
