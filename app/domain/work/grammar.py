"""How orders are read from a comment, and the help text made from the same table."""

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from app.domain.value import Value
from app.domain.work.command import Command, Misunderstood, Verb

ADDRESS = "/autodoc"
MAX_ORDERS = 5
"""How many orders of one comment are obeyed."""
MAX_COMMENT_CHARACTERS = 65_536
"""GitHub accepts no longer comment."""

_PAGE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]{0,199}")
_SPOKEN = frozenset({"text", "softbreak", "hardbreak", "code_inline"})


class Usage(Value):
    """What one verb takes and does."""

    argument: str = ""
    """The name of its optional argument; empty when it takes none."""
    effect: str
    needs_write: bool
    """Whether only somebody who may push to the repository can order it."""


USAGES: Mapping[Verb, Usage] = {
    Verb.HELP: Usage(effect="show this list", needs_write=False),
    Verb.REGENERATE: Usage(
        argument="page",
        effect="write the documentation of the default branch anew, or only one page of it",
        needs_write=True,
    ),
}


def help_text() -> str:
    """List the commands as a Markdown table; no line of it is itself a command."""
    rows = [f"| `{_form(verb)}` | {use.effect} | {_who(use)} |" for verb, use in USAGES.items()]
    return "\n".join(("| command | what it does | who may |", "| --- | --- | --- |", *rows))


def read_orders(comment: str) -> list[Command | Misunderstood]:
    """Read the orders of a comment: lines of its top-level paragraphs that begin with `/autodoc`.

    Quotations, lists, code, headings and HTML are not spoken by the commenter. At most MAX_ORDERS
    orders are given, and one more answer when the comment holds more.
    """
    if ADDRESS not in comment.casefold():
        return []
    orders: list[Command | Misunderstood] = []
    for words in _addressed(comment[:MAX_COMMENT_CHARACTERS]):
        if len(orders) == MAX_ORDERS:
            orders.append(_misunderstood(words, f"Only {MAX_ORDERS} commands of a comment count."))
            break
        orders.append(_understand(words))
    return orders


def _addressed(comment: str) -> Iterator[Sequence[str]]:
    for line in _spoken_lines(comment):
        words = line.split()
        if words and words[0].casefold() == ADDRESS:
            yield words


def _spoken_lines(comment: str) -> Iterator[str]:
    # Without `text_join` an escaped `\/` stays apart from the text, and so is no command.
    tokens = MarkdownIt("commonmark").disable("text_join").parse(comment)
    for opening, token in pairwise(tokens):
        if opening.type == "paragraph_open" and opening.level == 0:
            yield from _lines(token.children or [])


def _lines(nodes: Sequence[Token]) -> Iterator[str]:
    line: list[Token] = []
    for node in nodes:
        if node.type in {"softbreak", "hardbreak"}:
            yield _text(line)
            line = []
        elif node.content or node.type not in _SPOKEN:
            line.append(node)
    yield _text(line)


def _text(nodes: Sequence[Token]) -> str:
    if not nodes or nodes[0].type != "text":
        return ""
    return "".join(node.content for node in nodes if node.type in _SPOKEN)


def _understand(words: Sequence[str]) -> Command | Misunderstood:
    if len(words) == 1:
        return Command(verb=Verb.HELP)
    verbs = {verb.value: verb for verb in Verb}
    verb = verbs.get(words[1].casefold())
    if verb is None:
        return _misunderstood(words, _suggest(words[1], list(verbs)))
    if len(words) == 2:
        return Command(verb=verb)
    return _with_argument(verb, words)


def _with_argument(verb: Verb, words: Sequence[str]) -> Command | Misunderstood:
    argument, *rest = words[2:]
    if rest or not USAGES[verb].argument:
        return _misunderstood(words, f"Say it as `{_form(verb)}`, with nothing after it.")
    if not _PAGE.fullmatch(argument) or ".." in argument:
        return _misunderstood(words, "A page is named by its id: letters, digits, `-`, `_`, `/`.")
    return Command(verb=verb, argument=argument)


def _suggest(word: str, verbs: Sequence[str]) -> str:
    close = get_close_matches(word.casefold(), verbs, n=1)
    hint = f" Did you mean `{ADDRESS} {close[0]}`?" if close else ""
    return f"There is no such command.{hint}"


def _misunderstood(words: Sequence[str], answer: str) -> Misunderstood:
    return Misunderstood(line=" ".join(words), answer=answer)


def _form(verb: Verb) -> str:
    argument = USAGES[verb].argument
    return f"{ADDRESS} {verb} [{argument}]" if argument else f"{ADDRESS} {verb}"


def _who(usage: Usage) -> str:
    return "people with write access" if usage.needs_write else "everybody"
