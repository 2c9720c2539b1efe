import pytest

from app.domain.work.branches import is_documented
from app.domain.work.command import Command, Verb
from app.domain.work.consent import consent_after, is_allowed
from app.domain.work.repository import Consent
from app.domain.work.trigger import Closed, Commanded, Installed, Planned, Proposed, Push
from tests.fakes.work import SHOP

UNASKED, ASKED, GIVEN, DECLINED = Consent
MERGED = Closed(repository=SHOP, number=7, branch="main", head="autodoc/main", merged=True)
CLOSED = MERGED.model_copy(update={"merged": False})
REOPENED = Proposed(
    repository=SHOP,
    number=7,
    base="main",
    base_commit="a" * 40,
    head="autodoc/main",
    head_commit="b" * 40,
)


def ordered(verb: Verb) -> Commanded:
    order = Command(verb=verb)
    return Commanded(repository=SHOP, number=7, comment_id=9, sender="mona", order=order)


@pytest.mark.parametrize(
    ("trigger", "before", "after"),
    [
        (MERGED, ASKED, GIVEN),
        (MERGED, DECLINED, GIVEN),
        (CLOSED, UNASKED, DECLINED),
        (CLOSED, ASKED, DECLINED),
        (CLOSED, GIVEN, GIVEN),
        (MERGED.model_copy(update={"head": "feature"}), ASKED, ASKED),
        (CLOSED.model_copy(update={"head": "fork:autodoc/main"}), ASKED, ASKED),
        (REOPENED, DECLINED, ASKED),
        (REOPENED, GIVEN, GIVEN),
        (ordered(Verb.REGENERATE), DECLINED, GIVEN),
        (ordered(Verb.REVISE), UNASKED, GIVEN),
        (ordered(Verb.RESUME), DECLINED, UNASKED),
        (ordered(Verb.RESUME), ASKED, ASKED),
        (ordered(Verb.ASK), DECLINED, DECLINED),
        (Push(repository=SHOP, branch="main", before="a", after="b"), ASKED, ASKED),
        (Installed(repository=SHOP), UNASKED, UNASKED),
    ],
)
def test_only_what_people_do_with_our_pull_request_or_order_is_an_answer(
    trigger: Planned, before: Consent, after: Consent
) -> None:
    assert consent_after(trigger, before) is after


@pytest.mark.parametrize(
    ("name", "globs", "allowed"),
    [
        ("octo/shop", "", True),
        ("octo/shop", " , ", True),
        ("octo/shop", "guest/shop, Octo/*", True),
        ("octo/shop", "octo", False),
        ("octo/shop", "octo/shop-*", False),
    ],
)
def test_an_operator_names_the_repositories_that_may_begin(
    name: str, globs: str, *, allowed: bool
) -> None:
    assert is_allowed(name, globs) is allowed


@pytest.mark.parametrize(
    ("branch", "globs", "documented"),
    [
        ("trunk", (), True),
        ("main", (), False),
        ("release/1", ("main", "release/*"), True),
        ("trunk", ("main",), False),
        ("autodoc/main", ("*",), False),
    ],
)
def test_globs_name_the_documented_branches_and_without_any_the_default_is(
    branch: str, globs: tuple[str, ...], *, documented: bool
) -> None:
    assert is_documented(branch, globs, "trunk") is documented
