"""Which evidence of a page matters most, by the import graph, and as much of it as a budget holds.

A walk that begins at the page's own files and follows imports in both directions visits a file the
more often, the nearer and the better connected it is: a personalised PageRank of few steps.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from app.domain.code.evidence import Evidence
from app.domain.code.facts import RepositoryFacts
from app.domain.wiki.narrative.briefing import Briefing, Fact, FactForm

BYTES_PER_TOKEN = 4
_STEPS = 4
_BACK = 0.3
"""How much of the walk returns to where it began with every step."""
_NAMED = 2.0
"""How much more a place counts when the page's own files use its name."""
_PLACE_BYTES = 120
"""What the place of a fact takes in a prompt."""
_AT_ONCE = 3
"""So many facts of a form are chosen before it is the next form's turn."""


def relevance(
    seeds: Iterable[str],
    facts: RepositoryFacts,
    around: Mapping[str, Mapping[str, float]] | None = None,
) -> dict[str, float]:
    """Weigh the files that are reached from some files by imports in either direction.

    `around` saves the search when the caller asks often: it is `neighbours(facts)`.
    """
    start = sorted({path for path in seeds if path in facts.files})
    if not start:
        return {}
    around = neighbours(facts) if around is None else around
    base = {path: 1 / len(start) for path in start}
    weights = dict(base)
    for _ in range(_STEPS):
        moved: defaultdict[str, float] = defaultdict(float)
        for path, weight in weights.items():
            ways = around.get(path)
            for other, share in ways.items() if ways else [(path, 1.0)]:
                moved[other] += (1 - _BACK) * weight * share
        weights = {path: moved[path] + _BACK * base.get(path, 0.0) for path in {*moved, *base}}
    return dict(sorted(weights.items()))


def neighbours(facts: RepositoryFacts) -> dict[str, dict[str, float]]:
    """Say with which files each file is connected by imports, and by which share of them."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for edge in facts.edges:
        if edge.source != edge.target:
            counts[edge.source][edge.target] += 1
            counts[edge.target][edge.source] += 1
    return {
        path: {other: count / found.total() for other, count in sorted(found.items())}
        for path, found in counts.items()
    }


def by_relevance(
    evidence: Iterable[Evidence],
    seeds: Iterable[str],
    facts: RepositoryFacts,
    around: Mapping[str, Mapping[str, float]] | None = None,
) -> tuple[str, ...]:
    """Order evidence, the most relevant first; equals stay as they were."""
    start = frozenset(seeds)
    weights = relevance(start, facts, around)
    used = {name for path in start if path in facts.files for name in facts.files[path].names}

    def weight(each: Evidence) -> float:
        is_used = each.symbol and each.symbol.rpartition(".")[2] in used
        # Papers such as the README are in no import graph, and the page was given them on purpose.
        base = weights.get(each.path, 0.0) if each.path in facts.files else 1.0
        return round(base * (_NAMED if is_used else 1.0), 9)

    return tuple(each.id for each in sorted(evidence, key=lambda each: -weight(each)))


def within(briefing: Briefing, tokens: int) -> Briefing:
    """Leave out the least relevant facts until the others fit, of each form some."""
    room = tokens * BYTES_PER_TOKEN
    kept: set[int] = set()
    for place in _turns(briefing):
        fact = briefing.facts[place]
        room -= len(fact.model_dump_json().encode()) + _PLACE_BYTES
        if room < 0:
            break
        kept.add(place)
    if len(kept) == len(briefing.facts):
        return briefing
    told = tuple(fact for place, fact in enumerate(briefing.facts) if place in kept)
    left = {fact.form for place, fact in enumerate(briefing.facts) if place not in kept}
    ids = {fact.evidence for fact in told}
    return briefing.model_copy(
        update={
            "facts": told,
            "evidence": tuple(each for each in briefing.evidence if each.id in ids),
            "cut": briefing.cut | left,
        }
    )


def _turns(briefing: Briefing) -> list[int]:
    """List the places of the facts: some of each form in turn, the most relevant first."""
    rank = {each: place for place, each in enumerate(briefing.order)}
    last = len(rank)
    forms: defaultdict[FactForm, list[int]] = defaultdict(list)
    for place, fact in enumerate(briefing.facts):
        forms[fact.form].append(place)
    turns: list[tuple[int, int, int]] = []
    for number, places in enumerate(forms.values()):
        ranked = sorted(places, key=lambda place: _rank(briefing.facts[place], rank, last))
        turns += [(turn // _AT_ONCE, number, place) for turn, place in enumerate(ranked)]
    # Stable, so that the facts of one turn stay in the order of their relevance.
    turns.sort(key=lambda turn: turn[:2])
    return [place for _, _, place in turns]


def _rank(fact: Fact, rank: Mapping[str, int], last: int) -> int:
    return rank.get(fact.evidence, last)
