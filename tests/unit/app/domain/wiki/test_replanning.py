from app.domain.code.facts import FileFacts, RepositoryFacts
from app.domain.wiki.page import PageKind, PageSpec
from app.domain.wiki.published import PublishedPage, PublishedWiki
from app.domain.wiki.record import PageRecord
from app.domain.wiki.replanning import Replanned, replan
from tests.fakes.facts import file_facts, repository, symbol

NAMES = frozenset({"Cart", "Order", "Store"})


def spec(
    page: str, *subjects: str, purpose: str = "", kind: PageKind = PageKind.NARRATIVE
) -> PageSpec:
    section = "Guide" if kind is PageKind.HOME else "Subsystems"
    return PageSpec(
        id=page, path=f"{page}.md", title=page, section=section, kind=kind, subjects=subjects,
        purpose=purpose,
    )  # fmt: skip


HOME = spec("home", kind=PageKind.HOME)


def wiki(*specs: PageSpec, writer: str = "local") -> PublishedWiki:
    return PublishedWiki(
        pages=tuple(
            PublishedPage(
                record=PageRecord(spec=each, digest="d", writer=writer),
                text="",
                commit="c",
                recipe="r",
            )
            for each in specs
        )
    )


def facts(*paths: str) -> RepositoryFacts:
    files: dict[str, FileFacts] = {each: file_facts(symbols=[symbol("Cart")]) for each in paths}
    return repository(files)


def planned(
    old: PublishedWiki, now: RepositoryFacts, *specs: PageSpec, modules_changed: bool = True
) -> Replanned:
    return replan(old, now, specs, NAMES, modules_changed=modules_changed)


def ids(made: Replanned) -> list[str]:
    return [each.id for each in made.specs]


def test_old_pages_keep_their_order_and_a_new_one_joins_behind_its_neighbour() -> None:
    old = wiki(HOME, spec("web", "web"), spec("app", "app"))
    now = facts("app/a.py", "web/b.py", "db/c.py")
    made = planned(old, now, HOME, spec("app", "app"), spec("db", "db"), spec("web", "web"))
    assert ids(made) == ["home", "web", "app", "db"]
    assert [each.id for each in made.new] == ["db"]


def test_no_page_joins_while_no_module_came() -> None:
    old = wiki(HOME, spec("app", "app"))
    plan = (HOME, spec("app", "app"), spec("db", "db"))
    assert ids(planned(old, facts("app/a.py", "db/c.py"), *plan, modules_changed=False)) == [
        "home",
        "app",
    ]


def test_a_page_about_what_another_one_tells_of_does_not_join() -> None:
    old = wiki(HOME, spec("app", "app"))
    made = planned(old, facts("app/x/a.py"), HOME, spec("app-x", "app/x"))
    assert made.new == ()


def test_a_page_without_a_subject_retires_whoever_wrote_it() -> None:
    for writer in ("local", "some/model"):
        old = wiki(HOME, spec("app", "app"), spec("db", "db"), writer=writer)
        made = planned(old, facts("app/a.py"), HOME, spec("app", "app"))
        assert (ids(made), made.retired) == (["home", "app"], ("db",))


def test_a_local_page_that_only_repeats_others_retires_and_a_models_stays() -> None:
    pages = (HOME, spec("app", "app"), spec("all", "app/a.py", "app/b.py"))
    now = facts("app/a.py", "app/b.py")
    plan = (HOME, spec("app", "app"))
    assert planned(wiki(*pages), now, *plan).retired == ("all",)
    assert planned(wiki(*pages, writer="some/model"), now, *plan).retired == ()


def test_subjects_follow_and_a_list_of_names_stays_as_long_as_they_exist() -> None:
    pages = (
        spec("app", "app/a.py", purpose="Defines Cart, Order and others."),
        spec("db", "db", purpose="Defines Gone, Store and others."),
        spec("web", "web", purpose="Shows carts."),
    )
    now = facts("app/a.py", "app/b.py", "db/c.py", "web/d.py")
    plan = (
        spec("app", "app/a.py", "app/b.py", purpose="Defines Store, Cart and others."),
        spec("db", "db", purpose="Defines Store, Cart and others."),
        spec("web", "web", purpose="Shows orders."),
    )
    made = {each.id: each for each in planned(wiki(HOME, *pages), now, HOME, *plan).specs}
    assert made["app"].subjects == ("app/a.py", "app/b.py")
    assert made["app"].purpose == "Defines Cart, Order and others."
    assert made["db"].purpose == "Defines Store, Cart and others."
    assert made["web"].purpose == "Shows orders."


def test_a_new_page_takes_no_path_of_an_old_one() -> None:
    old = wiki(HOME, spec("app", "app").model_copy(update={"path": "db.md"}))
    made = planned(old, facts("app/a.py", "db/c.py"), HOME, spec("app", "app"), spec("db", "db"))
    assert [each.path for each in made.new] == ["db-2.md"]
