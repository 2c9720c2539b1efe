"""What holds of every pair of versions of a definition, whatever changed between them."""

from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from app.analysis.extract import extract
from app.domain.code.change import Changes, FileNow
from app.domain.code.citation import Reliance
from app.domain.code.judging import judge
from app.domain.code.verdict import Judgement, Verdict
from app.domain.wiki.citing import symbol_citation

PATH = "a.py"
RANKS = list(Verdict)


class Taken(NamedTuple):
    name: str
    default: str
    hint: str


class Version(NamedTuple):
    taken: tuple[Taken, ...]
    doc: str
    body: str
    local: str
    above: int
    wrapped: bool

    @property
    def meaning(self) -> tuple[object, ...]:
        return [(each.name, each.default) for each in self.taken], self.body

    @property
    def text(self) -> str:
        listed = [
            each.name
            + (f": {each.hint}" if each.hint else "")
            + (f"={each.default}" if each.default else "")
            for each in self.taken
        ]
        head = ",\n    ".join(listed) + "," * self.wrapped if self.wrapped else ", ".join(listed)
        lines = [f"def f({head}):", f'    """{self.doc}."""']
        lines += [f"    {self.local} = {self.body}", f"    return {self.local}"]
        return "# above\n" * self.above + "\n".join(lines) + "\n"


def versions() -> st.SearchStrategy[Version]:
    taken = st.builds(
        Taken,
        st.sampled_from("abc"),
        st.sampled_from(["1", "'x'", "LIMIT"]),
        st.sampled_from(["", "int", "list[str]"]),
    )
    return st.builds(
        Version,
        st.lists(taken, min_size=1, max_size=3, unique_by=lambda each: each.name).map(tuple),
        st.sampled_from(["One", "Two", "One\n    two"]),
        st.sampled_from(["g(1)", "g(2)", "h(1)", "g() + 1", "g() - 1"]),
        st.sampled_from(["total", "amount"]),
        st.integers(0, 3),
        st.booleans(),
    )


def judged(old: Version, new: Version, relies: Reliance) -> Judgement:
    files = [extract("python", each.text.encode()).symbols for each in (old, new)]
    before, after = ({each.name: each for each in symbols} for symbols in files)
    now = FileNow(path=PATH, symbols=after, text=new.text)
    cited = symbol_citation(PATH, before["f"], relies)
    return judge(cited, relies, Changes(base="a", head="b", files={PATH: now}))


@given(versions(), versions())
@settings(max_examples=60, deadline=None)
def test_who_relies_on_more_heeds_all_that_others_heed(old: Version, new: Version) -> None:
    ranks = [RANKS.index(judged(old, new, relies).verdict) for relies in Reliance]

    assert ranks == sorted(ranks)
    assert judged(old, new, Reliance.EXISTENCE).verdict in (Verdict.FRESH, Verdict.RELOCATED)


@given(versions(), versions())
@settings(max_examples=60, deadline=None)
def test_the_same_meaning_is_never_stale(old: Version, new: Version) -> None:
    same = new._replace(taken=tuple(each._replace(hint="") for each in old.taken), body=old.body)

    for relies in Reliance:
        assert judged(old, same, relies).verdict is not Verdict.STALE


@given(versions(), versions())
@settings(max_examples=60, deadline=None)
def test_another_meaning_is_stale_unless_only_options_were_added(
    old: Version, new: Version
) -> None:
    kept = new.taken[: len(old.taken)]
    is_addition = new.body == old.body and [each[:2] for each in kept] == [
        each[:2] for each in old.taken
    ]
    expected = old.meaning != new.meaning and not is_addition

    assert (judged(old, new, Reliance.BEHAVIOUR).verdict is Verdict.STALE) == expected
