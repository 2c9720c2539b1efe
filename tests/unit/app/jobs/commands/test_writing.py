import pytest

from app.domain.wiki.naming import find_pages, page_key
from app.domain.wiki.page import PageKind
from app.domain.wiki.version import WikiPage, WikiVersion
from app.domain.work.command import Command, Verb
from app.domain.work.job import FlowName, Job, JobState
from app.domain.work.repository import Repository
from app.domain.work.trigger import Commanded
from app.errors import InputError
from app.jobs.commands.answers import Asked
from app.jobs.commands.writing import Writing
from tests.fakes.conversation import FakeConversation, FakeShelf
from tests.fakes.work import SHOP, make_page, make_version

REPOSITORY = Repository(**SHOP.model_dump(), id=1)
BLOB = "https://github.com/octo/shop/blob/abc/"


def page(page_id: str, markdown: str = "", kind: PageKind = PageKind.NARRATIVE) -> WikiPage:
    made = make_page(page_id)
    spec = made.spec.model_copy(update={"kind": kind})
    return made.model_copy(update={"markdown": markdown, "spec": spec})


def version(*pages: WikiPage, scope: str = "") -> WikiVersion:
    return make_version().model_copy(update={"pages": pages, "scope": scope})


CART = page("cart", f"It adds ([cart.py:3]({BLOB}shop/cart.py#L3)).")
PAY = page("pay", f"It pays ([cart.py]({BLOB}shop/cart.py), [x]({BLOB}lib/shop/pay.py#L1)).")
API = page("api", f"All ([a]({BLOB}shop/cart.py#L1)).", PageKind.REFERENCE)


@pytest.mark.parametrize(
    ("named", "keys"),
    [
        ("cart", ["cart"]),
        ("cart.md", ["cart"]),
        ("docs/autodoc/cart.md", ["cart"]),
        ("shop/cart.py", ["cart", "pay"]),
        ("shop", ["cart", "pay"]),
        ("lib/shop/pay.py", ["pay"]),
    ],
)
def test_pages_are_found_by_id_path_or_what_they_cite(named: str, keys: list[str]) -> None:
    assert [each.key for each in find_pages([version(CART, PAY, API)], named)] == keys


@pytest.mark.parametrize("named", ["shop/pay.py", "car", "lib/cart.md", "autodoc"])
def test_what_no_page_is_called_or_cites_is_answered_with_the_pages_there_are(named: str) -> None:
    with pytest.raises(InputError, match=r"The pages are: `cart`, `pay`\."):
        find_pages([version(CART, PAY, API)], named)


def test_page_of_a_scope_is_told_from_that_of_another() -> None:
    versions = [version(page("home")), version(page("home"), scope="web")]
    assert [each.key for each in find_pages(versions, "home")] == ["home", "web:home"]
    assert [each.key for each in find_pages(versions, "web:home")] == ["web:home"]
    assert [each.key for each in find_pages(versions, "web/docs/autodoc/home.md")] == ["web:home"]
    assert page_key("web", "home") == "web:home"


class World:
    def __init__(self, *pages: WikiPage, by_model: frozenset[PageKind]) -> None:
        self.shelf = FakeShelf([version(*pages)])
        self.ordered: list[Commanded] = []
        self.objection = ""
        self.writing = Writing(
            FakeConversation(),
            self.shelf,
            self.shelf,
            self.carry_out,
            by_model,
            "https://docs.test",
        )

    async def carry_out(self, repository: Repository, said: Commanded) -> Job | None:
        assert repository == REPOSITORY
        if self.objection:
            raise InputError(self.objection)
        self.ordered.append(said)
        return Job(
            id="00000000-0000-0000-0000-000000000001",
            repository=repository,
            branch="main",
            flow=FlowName.INCREMENTAL_UPDATE,
            state=JobState.WAITING,
            reason="mona asked for it",
        )

    def asked(self, order: Command) -> Asked:
        said = Commanded(repository=SHOP, number=7, comment_id=9, sender="mona", order=order)
        return Asked(REPOSITORY, said, order)


NARRATIVE = frozenset({PageKind.NARRATIVE})


async def test_an_instruction_is_kept_once_and_its_page_ordered_with_a_link_to_the_job() -> None:
    world = World(CART, by_model=NARRATIVE)
    order = Command(verb=Verb.REVISE, argument="cart.md", text="be short")
    told = await world.writing.revise(world.asked(order))
    (note,) = world.shelf.notes
    assert (note.page, note.instruction, note.said_by) == ("cart", "be short", "mona")
    (said,) = world.ordered
    assert isinstance(said.order, Command)
    assert said.order.pages == ("cart",)
    assert "https://docs.test/jobs/00000000-0000-0000-0000-000000000001" in told.text
    assert "be short" not in told.text


@pytest.mark.parametrize(
    ("pages", "by_model", "why"),
    [
        ((CART,), frozenset[PageKind](), "No model is set"),
        ((API,), NARRATIVE, "rendered from the code"),
        ((CART, PAY), NARRATIVE, "Name one of these pages: `cart`, `pay`"),
    ],
)
async def test_an_instruction_that_nobody_could_follow_is_refused_and_not_kept(
    pages: tuple[WikiPage, ...], by_model: frozenset[PageKind], why: str
) -> None:
    world = World(*pages, by_model=by_model)
    named = "shop/cart.py" if len(pages) > 1 else pages[0].spec.id
    order = Command(verb=Verb.REVISE, argument=named, text="be short")
    with pytest.raises(InputError, match=why):
        await world.writing.revise(world.asked(order))
    assert world.shelf.notes == []
    assert world.ordered == []


async def test_an_instruction_whose_job_is_refused_is_said_to_be_kept() -> None:
    world = World(CART, by_model=NARRATIVE)
    world.objection = "The configuration of `main` is broken."
    order = Command(verb=Verb.REVISE, argument="cart", text="be short")
    with pytest.raises(InputError, match=r"is broken\. The instruction is kept"):
        await world.writing.revise(world.asked(order))
    assert len(world.shelf.notes) == 1


async def test_a_page_of_the_reference_is_not_regenerated() -> None:
    world = World(API, by_model=NARRATIVE)
    order = Command(verb=Verb.REGENERATE, argument="api")
    with pytest.raises(InputError, match="rendered from the code"):
        await world.writing.regenerate(world.asked(order))
