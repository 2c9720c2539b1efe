"""Whatever people and the machine do to a page, in whatever order, no line of a person is lost."""

from collections import Counter
from random import Random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from app.domain.wiki.merge.page import Merged
from tests.unit.app.domain.wiki.merge.edits import Story, lines_of


def tell_one(seed: int) -> None:
    random = Random(seed)  # noqa: S311 - a story to be told again, and no secret
    who = random.choices(["person", "person", "machine"], k=random.randint(2, 8))
    tell(random, who, is_known=random.random() < 0.6, repeats=random.random() < 0.4)


def tell(random: Random, who: list[str], *, is_known: bool, repeats: bool) -> None:
    story = Story(random, is_known=is_known, repeats=repeats)
    for each in (*who, "machine"):
        if each == "person":
            story.edit()
            continue
        if is_known:
            assert story.merge(story.generated).text == story.theirs
        ours = story.generate()
        merged = story.merge(ours)
        check(story, ours, merged)
        story.publish(ours, merged)
        if is_known:
            assert story.merge(ours).text == merged.text


def check(story: Story, ours: str, merged: Merged) -> None:
    found = Counter(lines_of(merged.text))
    missing = story.written - found
    assert not missing, f"lost: {missing}"
    invented = found.keys() - set(lines_of(story.theirs)) - set(lines_of(ours)) - {""}
    assert not invented
    if story.is_known and not story.repeats:
        assert story.merge(ours, merged.text).text == merged.text
        check_unchanged(story, ours, found)
    assert ("\r\n" in merged.text) == ("\r\n" in story.theirs)
    assert merged.text.startswith("\ufeff") == story.theirs.startswith("\ufeff")
    assert merged.text.endswith("\n") == (story.theirs.endswith("\n") or not story.theirs)


def check_unchanged(story: Story, ours: str, found: Counter[str]) -> None:
    """What all three have stays; what a person took away stays away."""
    base, theirs, now = (Counter(lines_of(x)) for x in (story.generated, story.theirs, ours))
    for line in base.keys() & now.keys():
        if line.startswith("Machine") and base[line] == now[line] == 1:
            assert found[line] == theirs[line], line


@pytest.mark.parametrize("seed", range(40))
def test_no_line_of_a_person_is_lost(seed: int) -> None:
    tell_one(seed)


@pytest.mark.soak
@settings(max_examples=2_000, deadline=None, phases=[Phase.generate], derandomize=True)
@given(st.integers(min_value=0))
def test_no_line_of_a_person_is_lost_in_thousands_of_stories(seed: int) -> None:
    tell_one(seed)
