"""How orders are read from a comment; the table of them is in `usages`."""

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from app.domain.value import Value
from app.domain.wiki.markdown import clean
from app.domain.work.command import Command, Misunderstood, Verb
from app.domain.work.usages import ADDRESS, FULL, USAGES, Takes, Usage, form

MAX_ORDERS = 5
"""How many orders of one comment are obeyed."""
MAX_COMMENT_CHARACTERS = 65_536
"""GitHub accepts no longer comment."""
MAX_TEXT = 2_000
"""Characters of an instruction, a question or a reason."""

_PLACE = re.compile(r"[\w.@][\w.@$+/()\[\]~-]{0,254}")
_SPOKEN = frozenset({"text", "text_special", "code_inline"})
_DASHES = ("-", "\N{EN DASH}", "\N{EM DASH}")
"""What an option begins with; telephones make a long dash of two short ones."""


class _Line(Value):
    """A line of a paragraph, and what follows it there."""

    text: str
    after: tuple[str, ...] = ()


def read_orders(comment: str) -> list[Command | Misunderstood]:
    """Read the orders of a comment: lines of its top-level paragraphs that begin with `/autodoc`.

    Quotations, lists, code, headings and HTML are not spoken by the commenter. An instruction, a
    question or a reason goes on to the end of its paragraph or the next order. At most MAX_ORDERS
    orders are given, and one more answer when the comment holds more.
    """
    if ADDRESS not in comment.casefold():
        return []
    orders: list[Command | Misunderstood] = []
    for line in _addressed(comment[:MAX_COMMENT_CHARACTERS]):
        if len(orders) == MAX_ORDERS:
            message = f"Only {MAX_ORDERS} commands of a comment count."
            orders.append(Misunderstood(line=line.text, answer=message))
            break
        orders.append(_understand(line))
    return orders


def _addressed(comment: str) -> Iterator[_Line]:
    # Without `text_join` an escaped `\/` stays apart from the text, and so is no command.
    tokens = MarkdownIt("commonmark").disable("text_join").parse(comment)
    for opening, token in pairwise(tokens):
        if opening.type == "paragraph_open" and opening.level == 0:
            yield from _orders_of(list(_lines(token.children or [])))


def _orders_of(lines: Sequence[tuple[str, bool]]) -> Iterator[_Line]:
    """Give the orders of a paragraph, each with the lines up to the next one."""
    starts = [place for place, (_, is_order) in enumerate(lines) if is_order]
    for start, end in pairwise([*starts, len(lines)]):
        after = tuple(text for text, _ in lines[start + 1 : end])
        yield _Line(text=lines[start][0], after=after)


def _lines(nodes: Sequence[Token]) -> Iterator[tuple[str, bool]]:
    line: list[Token] = []
    for node in nodes:
        if node.type in {"softbreak", "hardbreak"}:
            yield _text(line), _is_order(line)
            line = []
        elif node.content or node.type not in _SPOKEN:
            line.append(node)
    yield _text(line), _is_order(line)


def _text(nodes: Sequence[Token]) -> str:
    return clean("".join(node.content for node in nodes if node.type in _SPOKEN))


def _is_order(nodes: Sequence[Token]) -> bool:
    if not nodes or nodes[0].type != "text":
        return False
    words = _text(nodes).split(maxsplit=1)
    is_plain = nodes[0].content.lstrip().casefold().startswith(ADDRESS)
    return is_plain and bool(words) and words[0].casefold() == ADDRESS


def _understand(line: _Line) -> Command | Misunderstood:
    _, *rest = line.text.split(maxsplit=2)
    if not rest:
        return Command(verb=Verb.HELP)
    verbs = {verb.value: verb for verb in Verb}
    verb = verbs.get(rest[0].casefold())
    if verb is None:
        return Misunderstood(line=line.text, answer=_suggest(rest[0], list(verbs)))
    said = rest[1] if len(rest) > 1 else ""
    answer = _Reading(verb, said, line.after).read()
    return answer if isinstance(answer, Command) else Misunderstood(line=line.text, answer=answer)


class _Reading:
    """What follows one verb; an answer in words where it cannot be understood."""

    def __init__(self, verb: Verb, said: str, after: Sequence[str]) -> None:
        self._verb = verb
        self._usage = USAGES[verb]
        self._said = said
        self._after = after

    def read(self) -> Command | str:
        """Read all that the verb takes."""
        if self._usage.text and not self._usage.argument:
            return self._with_text(None, self._said)
        if self._usage.text:
            return self._about_page()
        words = self._said.split()
        options = [word for word in words if word.startswith(_DASHES)]
        for option in options:
            if option not in self._usage.flags:
                return self._no_such_option(option)
        return self._with_argument([word for word in words if word not in options], options)

    def _about_page(self) -> Command | str:
        usage = self._usage
        place, mark, text = self._said.partition(":" if usage.colon else " ")
        place = place.strip()
        if not place:
            return _say_as(self._verb)
        if usage.colon and not mark:
            return f"The colon after the {usage.argument} is missing. {_say_as(self._verb)}"
        return self._with_text(place, text)

    def _with_text(self, place: str | None, first: str) -> Command | str:
        if place is not None and (answer := _refuse(place)):
            return answer
        text = "\n".join(line for line in (first.strip(), *self._after) if line).strip()
        if not text:
            return _say_as(self._verb)
        if len(text) > MAX_TEXT:
            return f"The {self._usage.text} may have {MAX_TEXT} characters."
        return Command(verb=self._verb, argument=place, text=text)

    def _with_argument(self, words: Sequence[str], options: Sequence[str]) -> Command | str:
        most = 1 if self._usage.argument else 0
        if len(words) > most or len(options) > len(set(options)):
            return f"{_say_as(self._verb)} Nothing may follow it."
        argument = words[0] if words else None
        if argument is not None:
            answer = _refuse_argument(self._usage, argument)
            if answer:
                return answer
        return Command(verb=self._verb, argument=argument, full=FULL in options)

    def _no_such_option(self, option: str) -> str:
        word = "--" + option.strip("".join(_DASHES)).casefold()
        close = get_close_matches(word, self._usage.flags, n=1)
        hint = f" Did you mean `{close[0]}`?" if close else f" {_say_as(self._verb)}"
        return f"There is no such option.{hint}"


def _refuse_argument(usage: Usage, argument: str) -> str:
    if usage.takes is not Takes.COMMAND:
        return _refuse(argument)
    verbs = [verb.value for verb in Verb]
    return "" if argument in verbs else _suggest(argument, verbs)


def _refuse(place: str) -> str:
    """Say why something names no page and no file; empty when it may."""
    if _PLACE.fullmatch(place) and ".." not in place and "//" not in place:
        return ""
    return "A page is named by its id or path, a file by its path from the root."


def _say_as(verb: Verb) -> str:
    return f"Say it as `{form(verb)}`."


def _suggest(word: str, verbs: Sequence[str]) -> str:
    close = get_close_matches(word.casefold(), verbs, n=1)
    hint = f" Did you mean `{ADDRESS} {close[0]}`?" if close else f" See `{ADDRESS} {Verb.HELP}`."
    return f"There is no such command.{hint}"
