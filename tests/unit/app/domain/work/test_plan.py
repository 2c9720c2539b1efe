from dataclasses import dataclass

import pytest

from app.domain.work.command import Command, Misunderstood, Verb
from app.domain.work.job import FlowName
from app.domain.work.plan import Comparison, Documented, Plan, make_plan, needs_comparison
from app.domain.work.repository import Provider, RepositoryRef
from app.domain.work.trigger import Closed, Commanded, Installed, Planned, Push

REPOSITORY = RepositoryRef(
    provider=Provider.GITHUB,
    external_id="1",
    full_name="octo/shop",
    url="https://github.com/octo/shop",
    default_branch="main",
    installation_id=1,
)
ZERO, OLD, NEW = "0" * 40, "a" * 40, "b" * 40
PUSH = Push(repository=REPOSITORY, branch="main", before=OLD, after=NEW)
CLOSED = Closed(repository=REPOSITORY, number=7, branch="main", head="autodoc/main", merged=True)
NOTHING = Documented()
CANDIDATE = Documented(commit=OLD)
PUBLISHED = Documented(commit=OLD, published=True)


@dataclass(frozen=True)
class Compared:
    status: str = "ahead"
    paths: tuple[str, ...] = ("src/cart.py",)
    truncated: bool = False


def plan(
    trigger: Planned, documented: Documented = NOTHING, comparison: Comparison | None = None
) -> Plan:
    return make_plan(trigger, "main", documented, comparison)


def ask(order: Command | Misunderstood) -> Commanded:
    return Commanded(repository=REPOSITORY, number=7, comment_id=9, sender="mona", order=order)


def test_an_installation_documents_the_default_branch_with_the_local_writer_only() -> None:
    made = plan(Installed(repository=REPOSITORY))
    assert (made.flow, made.branch) == (FlowName.FULL_GENERATION, "main")
    assert made.local_writer_only


def test_an_installation_leaves_a_documented_repository_as_it_is() -> None:
    assert plan(Installed(repository=REPOSITORY), PUBLISHED).flow is None


def test_the_first_push_documents_everything() -> None:
    assert plan(PUSH).flow is FlowName.FULL_GENERATION


@pytest.mark.parametrize("documented", [NOTHING, CANDIDATE])
@pytest.mark.parametrize(
    "comparison", [None, Compared(), Compared(paths=("docs/autodoc/home.md",))], ids=str
)
def test_a_push_spends_nothing_until_somebody_merged_the_first_pages(
    documented: Documented, comparison: Compared | None
) -> None:
    assert plan(PUSH, documented, comparison).local_writer_only


def test_a_push_to_a_published_documentation_may_use_a_model() -> None:
    assert not plan(PUSH, PUBLISHED, Compared()).local_writer_only


@pytest.mark.parametrize("documented", [NOTHING, CANDIDATE, PUBLISHED])
def test_who_asks_for_pages_anew_agrees_to_a_model(documented: Documented) -> None:
    assert not plan(ask(Command(verb=Verb.REGENERATE)), documented).local_writer_only


def test_the_merge_of_the_first_pages_agrees_to_a_model() -> None:
    assert not plan(CLOSED, CANDIDATE).local_writer_only


@pytest.mark.parametrize(
    "push",
    [
        PUSH.model_copy(update={"branch": "feature"}),
        PUSH.model_copy(update={"branch": "autodoc/main"}),
        PUSH.model_copy(update={"after": ZERO}),
    ],
)
def test_a_push_that_leaves_the_documented_branch_alone_starts_nothing(push: Push) -> None:
    assert plan(push, PUBLISHED, Compared()).flow is None
    assert not needs_comparison(push, "main", PUBLISHED)


@pytest.mark.parametrize(
    ("documented", "comparison", "flow"),
    [
        (PUBLISHED, Compared(), FlowName.INCREMENTAL_UPDATE),
        (CANDIDATE, Compared(), FlowName.FULL_GENERATION),
        (PUBLISHED, Compared(paths=("docs/autodoc/home.md",)), FlowName.INDEX_PAGES),
        (CANDIDATE, Compared(paths=("docs/autodoc/home.md",)), FlowName.INDEX_PAGES),
        (PUBLISHED, Compared(paths=("docs/autodoc-notes.md",)), FlowName.INCREMENTAL_UPDATE),
        (PUBLISHED, Compared(paths=("docs/autodoc/a.md", "b.py")), FlowName.INCREMENTAL_UPDATE),
        (PUBLISHED, Compared(status="identical", paths=()), None),
        (PUBLISHED, Compared(status="diverged"), FlowName.INCREMENTAL_UPDATE),
        (PUBLISHED, Compared(status="behind", paths=()), FlowName.INCREMENTAL_UPDATE),
        (PUBLISHED, Compared(truncated=True), FlowName.INCREMENTAL_UPDATE),
        (
            PUBLISHED,
            Compared(truncated=True, paths=("docs/autodoc/home.md",)),
            FlowName.INCREMENTAL_UPDATE,
        ),
        (PUBLISHED, None, FlowName.INCREMENTAL_UPDATE),
        (CANDIDATE, None, FlowName.FULL_GENERATION),
        (CANDIDATE, Compared(status="diverged"), FlowName.FULL_GENERATION),
    ],
)
def test_a_push_does_the_least_that_the_comparison_allows(
    documented: Documented, comparison: Compared | None, flow: FlowName | None
) -> None:
    assert plan(PUSH, documented, comparison).flow == flow


def test_only_a_push_to_documented_sources_needs_a_comparison() -> None:
    assert needs_comparison(PUSH, "main", CANDIDATE)
    assert not needs_comparison(PUSH, "main", NOTHING)
    assert not needs_comparison(CLOSED, "main", PUBLISHED)


def test_the_merge_of_our_pull_request_is_indexed() -> None:
    assert plan(CLOSED).flow is FlowName.INDEX_PAGES


@pytest.mark.parametrize(
    "change", [{"merged": False}, {"head": "feature"}, {"branch": "release"}], ids=str
)
def test_the_end_of_another_pull_request_starts_nothing(change: dict[str, object]) -> None:
    assert plan(CLOSED.model_copy(update=change)).flow is None


def test_regenerate_writes_everything_anew_and_names_who_asked() -> None:
    made = plan(ask(Command(verb=Verb.REGENERATE)), PUBLISHED)
    assert (made.flow, made.reason) == (FlowName.FULL_GENERATION, "mona asked for it")
    assert (made.pages, made.replan) == ((), False)


def test_regenerate_in_full_has_the_structure_thought_through_anew() -> None:
    assert plan(ask(Command(verb=Verb.REGENERATE, full=True))).replan


def test_two_instructions_for_one_page_in_one_comment_are_two_orders() -> None:
    orders = [Command(verb=Verb.REVISE, argument="home", text=each) for each in ("a", "b", "a")]
    first, second, again = (ask(each).cause for each in orders)
    assert first == again != second


@pytest.mark.parametrize("verb", [Verb.REGENERATE, Verb.REVISE])
def test_some_pages_are_written_by_an_update_that_leaves_the_others_alone(verb: Verb) -> None:
    made = plan(ask(Command(verb=verb, argument="a.py", pages=("home", "api"))))
    assert (made.flow, made.fresh) == (FlowName.INCREMENTAL_UPDATE, True)
    assert made.pages == ("home", "api")


@pytest.mark.parametrize(
    "order", [Command(verb=Verb.HELP), Misunderstood(line="/autodoc x", answer="no")]
)
def test_what_is_only_answered_starts_nothing(order: Command | Misunderstood) -> None:
    assert plan(ask(order)).flow is None
