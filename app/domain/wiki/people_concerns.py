"""Which of the news of a commit concern which pages that people wrote, and why.

What is `certain` is reported by default. The other rules are those that, on public histories,
were followed by an edit of the page in the same commit at least once in four times.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from app.domain.code.difference import Difference, News
from app.domain.code.facts import FileFacts
from app.domain.value import Value
from app.domain.wiki.people_names import WORD, PeoplePage
from app.domain.wiki.people_text import Mention
from app.domain.wiki.roles import is_support, is_test

MOST_PAGES = 3
"""Of what more pages speak, a page is not likely to say what changed."""
LISTS_MOST = 0.4
"""A page that names so many of the things of a kind is a list of them."""
LISTS_ALL = 0.9
LEAST_LISTED = 2
LEAST_COMPLETE = 4

MUCH = 9.0
"""A page that says so much of a name, by `PeoplePage.says`, tells what it does."""

_EVERYWHERE = frozenset({News.GONE, News.VALUE})
"""What is told however many pages speak of it."""
_BESIDE = _EVERYWHERE | {News.NEW, News.ADDITION, News.DOC}
"""What is told not only on the page that says most of it."""
_CONSTRUCTORS = frozenset({"__init__", "__new__", "__call__", "constructor"})
_KEYWORD = re.compile(r"(?:^|,)\s*([A-Za-z_]\w*)\s*=(?!=)")
_CALLABLE = frozenset({"function", "method"})
_LITERAL = re.compile(r"-?\d[\d_.]*|[Tt]rue|[Ff]alse|None|null|\"[^\"]{1,60}\"|'[^']{1,60}'")
_OFFERS = frozenset({"flag", "environment variable", "setting"})


class Concern(Value):
    """One thing that changed and of which a page speaks."""

    page: str
    difference: Difference
    mention: Mention | None
    detail: str
    certain: bool = False
    listed: bool = False
    """Whether the page lists others of its kind, and not this one."""


def concerns(
    pages: Mapping[str, PeoplePage],
    news: Sequence[Difference],
    before: Mapping[str, FileFacts],
    *,
    strict: bool,
) -> Iterator[Concern]:
    """Give what of the news concerns which page; `before` holds the changed files at the base.

    Without `strict` what is not certain is not looked for.
    """
    for each in news:
        if not _is_told(each):
            continue
        yield from _named(each, pages, strict=strict)
        if each.news is News.NEW and each.path in before:
            siblings = siblings_of(each, before[each.path])
            yield from _listed(each, pages, siblings, LISTS_MOST if strict else LISTS_ALL)


def _is_told(difference: Difference) -> bool:
    """Say whether pages for users may speak of it."""
    if is_test(difference.path) or is_support(difference.path):
        return False
    if difference.short_name in _CONSTRUCTORS:
        return not difference.owner.startswith("_")
    return difference.public and not difference.short_name.startswith("_")


def _called(difference: Difference) -> tuple[str, str]:
    """Return the name under which prose speaks of it, and what that belongs to."""
    owner = difference.owner.rpartition(".")
    if difference.short_name in _CONSTRUCTORS and difference.owner:
        return owner[2], owner[0].rpartition(".")[2]
    return difference.short_name, "" if difference.kind in _OFFERS else owner[2]


def _named(
    difference: Difference, pages: Mapping[str, PeoplePage], *, strict: bool
) -> Iterator[Concern]:
    """Give the pages that speak of it, if what changed is likely to be told there."""
    name, owner = _called(difference)
    wrong = dict(_wrong(difference, name, owner, pages))
    likely = _likely(difference, name, owner, pages) if strict else ()
    for path in dict.fromkeys((*wrong, *likely)):
        yield Concern(
            page=path,
            difference=difference,
            mention=wrong.get(path) or pages[path].where(name),
            detail=difference.detail or _DETAILS[difference.news],
            certain=path in wrong,
        )


def _wrong(
    difference: Difference, name: str, owner: str, pages: Mapping[str, PeoplePage]
) -> Iterator[tuple[str, Mention]]:
    """Give the pages that state what is otherwise now, with where they do."""
    told = {*difference.lost, *(was for _, was, _ in difference.defaults)}
    words = {word for each in told for word in WORD.findall(each)}
    for path, page in pages.items():
        if words.isdisjoint(page.words) or not _speaks_of(page, name, owner):
            continue
        found = _lost_argument(difference, name, owner, page) or _old_default(
            difference, name, page
        )
        if found is not None:
            yield path, found


def _speaks_of(page: PeoplePage, name: str, owner: str) -> bool:
    return page.says(name) > 0 and page.belongs(name, owner)


def _likely(
    difference: Difference, name: str, owner: str, pages: Mapping[str, PeoplePage]
) -> Iterator[str]:
    """Give the page which says most of it; for some news the others too, if they are few."""
    said = {path: page.says(name) for path, page in pages.items() if _speaks_of(page, name, owner)}
    most = max(said.values(), default=0.0)
    is_rare = len(said) <= MOST_PAGES
    is_everywhere = difference.news in _EVERYWHERE
    is_beside = difference.news in _BESIDE
    for path, weight in said.items():
        is_home = weight == most
        is_told = (is_home and is_everywhere) or (is_rare and (is_home or is_beside))
        if is_told and _says_enough(difference, weight):
            yield path


def _says_enough(difference: Difference, weight: float) -> bool:
    if difference.news is not News.BEHAVIOUR:
        return True
    return weight >= MUCH and difference.kind in _CALLABLE


def _lost_argument(
    difference: Difference, name: str, owner: str, names: PeoplePage
) -> Mention | None:
    """Return where the page calls it with an argument that it does not take any more."""
    if difference.news is not News.INCOMPATIBLE or not difference.lost or difference.takes_any:
        return None
    for arguments, mention in names.calls(name, owner):
        if not set(_KEYWORD.findall(arguments)).isdisjoint(difference.lost):
            return mention or names.where(name)
    return None


def _old_default(difference: Difference, name: str, page: PeoplePage) -> Mention | None:
    """Return where the page states a default that is another now."""
    for changed, was, now in difference.defaults:
        of = "" if changed == name else name
        if not _LITERAL.fullmatch(was) or page.states_default(changed, now, of):
            continue
        if stated := page.states_default(changed, was, of):
            return stated
    return None


_DETAILS = {
    News.VALUE: "has another value",
    News.RAISES: "raises other errors",
    News.MARKED: "has other decorators",
    News.BEHAVIOUR: "does something else",
    News.DOC: "its doc comment changed",
    News.NEW: "is new",
    News.GONE: "is not there any more",
    News.INCOMPATIBLE: "is called in another way",
    News.ADDITION: "may be called in another way",
}


def siblings_of(difference: Difference, facts: FileFacts) -> frozenset[str]:
    """Name what the file had of the same kind, and of the same owner."""
    owner = difference.owner
    if difference.kind == "flag":
        found = [
            name
            for command in facts.commands
            if command.name == owner
            for flag in command.flags
            for name in flag.names
            if name.startswith("--")
        ]
    elif difference.kind == "environment variable":
        found = [each.name for each in facts.environment]
    elif difference.kind == "setting":
        found = [each.environment for each in facts.settings if each.environment]
    else:
        found = [
            each.short_name
            for each in facts.symbols
            if each.name.rpartition(".")[0] == owner
            and each.public
            and (owner or each.kind.value == difference.kind)
        ]
    return frozenset(name for name in found if not name.startswith("_"))


def _listed(
    difference: Difference,
    pages: Mapping[str, PeoplePage],
    siblings: Collection[str],
    least: float,
) -> Iterator[Concern]:
    """Give the pages that name at least such a share of the others of its kind."""
    enough = max(LEAST_LISTED, least * len(siblings))
    if len(siblings) < LEAST_LISTED:
        return
    owner = "" if difference.kind in _OFFERS else difference.owner.rpartition(".")[2]
    by_page: dict[str, list[str]] = defaultdict(list)
    for path, names in pages.items():
        # Words are counted before a page is taken apart.
        is_possible = sum(names.words.issuperset(WORD.findall(each)) for each in siblings) >= enough
        if is_possible and (not owner or names.speaks_of_kin(owner)):
            by_page[path] = [name for name in sorted(siblings) if names.names(name)]
    for path, named in by_page.items():
        share = len(named) / len(siblings)
        if len(named) < enough:
            continue
        is_missing = not pages[path].says(difference.short_name)
        is_complete = share >= LISTS_ALL and len(named) >= LEAST_COMPLETE
        whose = f" of `{owner}`" if owner else ""
        yield Concern(
            page=path,
            difference=difference,
            mention=pages[path].section_of(named),
            detail=(f"is new; the page names {len(named)} of the {len(siblings)} others{whose}"),
            certain=is_complete and is_missing,
            listed=True,
        )
