"""The server's process: webhook, inbox worker and scheduler in one event loop."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from pydantic import SecretStr

from app.dispatch.dispatcher import Engine
from app.domain.work.grammar import read_orders
from app.errors import AutoDocError
from app.github.connection import GitHub
from app.github.payloads import PayloadReader
from app.impact.pull_requests import PullRequestChecks
from app.jobs.commands.buttons import Steering
from app.jobs.commands.following import Follower
from app.jobs.housekeeping import Housekeeper, Work, keep_sweeping
from app.jobs.inbox import InboxWorker
from app.jobs.intake import Intake, UseCases
from app.jobs.organisation import Organisation
from app.jobs.planner import Planner, Terms
from app.jobs.scheduler import JobLimits, Scheduler
from app.server.application import create_app, serve
from app.server.checking import open_checks
from app.server.commanding import make_buttons, make_commander
from app.server.pages.handlers import Desk
from app.server.pages.opening import open_pages
from app.server.webhook import Inbox
from app.settings import Settings, split_secrets
from app.wiring import (
    Stores,
    choose_engine,
    connect_stores,
    open_database,
    open_github,
    open_mirrors,
)

PARALLEL_AS_CHILDREN = 2
PARALLEL_ON_PREFECT = 8

FORGET_EVERY_S = 3600.0
FORGET_ROUNDS = 20

logger = logging.getLogger(__name__)


class History(Protocol):
    """Whatever grows with time."""

    async def prune(self, days: int) -> int:
        """Remove a part of what ended so many days ago; say how much, 0 when nothing is left."""


async def run_server(settings: Settings) -> None:
    """Take deliveries, act on them and start what they ask for, until cancelled."""
    async with (
        open_database(settings) as url,
        connect_stores(settings, url) as stores,
        open_github(settings) as github,
    ):
        known = settings.model_copy(update={"database_url": SecretStr(url)})
        await serve_with(known, stores, github, choose_engine(known, stores), announce)


def announce(port: int) -> None:
    """Tell the operator that deliveries are taken."""
    logger.info("listening on port %d", port)


async def serve_with(
    settings: Settings,
    stores: Stores,
    github: GitHub,
    engine: Engine,
    started: Callable[[int], None],
) -> None:
    """Run the server's parts together; the end of one is the end of all."""
    scheduler = Scheduler(stores.jobs, engine, job_limits(settings))
    parts = Parts(settings, stores, github, engine, scheduler)
    planner = parts.planner()
    housekeeper = parts.housekeeper(planner)
    secrets = [SecretStr(secret) for secret in split_secrets(settings.github.webhook_secret)]
    desk = Desk(stores.reports, stores.control, engine, scheduler.wake)
    async with (
        open_pages(settings, desk) as add_pages,
        open_checks(settings, stores, github) as checks,
        asyncio.TaskGroup() as group,
    ):
        uses = parts.use_cases(planner, checks, housekeeper)
        inbox = make_inbox(stores, github, uses, settings.onboarding.allow)
        application = create_app(
            lambda: given(stores.deliveries), secrets, stores.deliveries.waiting, stored=inbox.wake
        )
        add_pages(application)
        group.create_task(inbox.run())
        group.create_task(scheduler.run())
        group.create_task(Follower(stores.answers, stores.reports, github.client).run())
        group.create_task(keep_sweeping(housekeeper))
        group.create_task(forget(stores.retention, settings.caps.keep_days))
        group.create_task(serve(application, settings.host, settings.port, started))


@dataclass(frozen=True)
class Parts:
    """What the use cases are put together from."""

    settings: Settings
    stores: Stores
    github: GitHub
    engine: Engine
    scheduler: Scheduler

    def planner(self) -> Planner:
        """Put together what orders jobs."""
        stores = self.stores
        return Planner(
            stores.wiki,
            self.github.client,
            stores.jobs,
            stores.repositories,
            self.scheduler.wake,
            terms_of(self.settings),
        )

    def housekeeper(self, planner: Planner) -> Housekeeper:
        """Put together what follows repositories that move, rest or go."""
        stores, github = self.stores, self.github
        work = Work(planner.carry_out, self.engine.abandon, planner.documents, github.client)
        mirrors = open_mirrors(self.settings)
        return Housekeeper(
            stores.housekeeping, stores.repositories, mirrors, github.standings, work
        )

    def use_cases(
        self, planner: Planner, checks: PullRequestChecks, housekeeper: Housekeeper
    ) -> UseCases:
        """Put together what is done about each kind of trigger."""
        stores, client, order = self.stores, self.github.client, planner.carry_out
        steering = Steering(stores.jobs, stores.answers, stores.control, order, self.scheduler.wake)
        return UseCases(
            plan=Organisation(client, stores.repositories, order).carry_out,
            obey=make_commander(self.settings, stores, client, planner, checks),
            check=checks,
            press=make_buttons(self.settings, client, checks.again, steering),
            keep_house=housekeeper,
        )


async def forget(history: History, days: int, every_s: float = FORGET_EVERY_S) -> None:
    """Remove what is older than so many days, a bounded part at a time, until cancelled."""
    while True:
        try:
            for _ in range(FORGET_ROUNDS):
                if not await history.prune(days):
                    break
        except AutoDocError as error:
            # What stays now is removed an hour later.
            logger.warning("old rows were not removed: %s", error)
        await asyncio.sleep(every_s)


def job_limits(settings: Settings) -> JobLimits:
    """Say how many jobs run at once and how often each is tried.

    Prefect spreads runs over machines and queues what is too much; children share this one.
    """
    usual = PARALLEL_ON_PREFECT if settings.prefect_api_url else PARALLEL_AS_CHILDREN
    return JobLimits(parallel=settings.caps.parallel_jobs or usual, attempts=settings.caps.attempts)


def terms_of(settings: Settings) -> Terms:
    """Say what the operator asks of every repository."""
    return Terms(settle=settings.caps.settle, **settings.onboarding.model_dump())


def make_inbox(stores: Stores, github: GitHub, uses: UseCases, allow: str) -> InboxWorker:
    """Lead deliveries to what is done about them."""
    intake = Intake(stores.repositories, github.client, uses, allow)
    reader = PayloadReader(read_orders, github.app_id)
    return InboxWorker(stores.deliveries, reader, intake)


def given(inbox: Inbox) -> AbstractAsyncContextManager[Inbox]:
    """Hand over an inbox that somebody else opened and will close."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[Inbox]:
        yield inbox

    return opened()
