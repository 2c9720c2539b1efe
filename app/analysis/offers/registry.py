"""Which reader knows what a language offers."""

from collections.abc import Callable, Collection, Mapping

from app.analysis.languages.reader import Source
from app.analysis.offers import go, java, javascript, python, rust
from app.analysis.offers.view import Offers, View

_READERS: Mapping[str, Callable[[View], Offers]] = {
    "python": python.offers,
    "go": go.offers,
    "rust": rust.offers,
    "java": java.offers,
    **dict.fromkeys(("javascript", "typescript", "tsx"), javascript.offers),
}


def offers_of(source: Source, names: Collection[str]) -> Offers:
    """Read what a parsed file offers; `names` are those of its symbols, for the handlers."""
    read = _READERS.get(source.language)
    if read is None:
        return Offers()
    offers = read(View(source, names))
    for each in (offers.commands, offers.routes, offers.tests, offers.environment):
        each.sort(key=lambda one: one.line)
    return offers
