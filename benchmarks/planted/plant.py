"""Plants single false statements into pages that are true.

It reads the pages by their lines and the commit as plain text; it imports nothing of the product.
A near plant puts another real name, path or line of the same repository into the place of the true
one, a far plant a name that does not exist. What could be true all the same is not planted.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.planted.world import WORD, Page, World

CLASSES = (
    "path", "range", "symbol", "argument", "default", "variable", "command", "flag", "link",
    "anchor", "code token", "diagram edge",
)  # fmt: skip

_BLOB = re.compile(
    r"\]\(https?://[^)\s]*?/blob/[0-9a-f]{40}/(?P<path>[^)#\s]+)(?:#L(?P<a>\d+)(?:-L(?P<b>\d+))?)?\)"
)
_PAGE = re.compile(r"\]\((?P<page>(?!https?:)[^)#\s]+\.md)?(?:#(?P<anchor>[^)\s]+))?\)")
_SPAN = re.compile(r"(?<!`)`(?P<text>[^`\n]+)`(?!`)")
_EDGE = re.compile(r"\s*(n\d+) -->(?:\|[^|]*\|)? (n\d+)")
_BOX = re.compile(r'\s*(n\d+)\["(.*)"\]')
_FLAG = re.compile(r"--[a-z][\w-]+")
_RUN = re.compile(r"(?:make|npm run|yarn|pnpm|bun run)(?: -C \S+)? (?P<name>[\w:.-]+)$")
_RUNS = re.compile(r"`(?:make|npm run|yarn|bun run) ([\w:.-]+)`")
_VALUE = re.compile(r"(?<![=!<>:])= ?(?P<value>[\w.\"'-]+)(?=[,)\n]|$)")


@dataclass(frozen=True)
class Plant:
    """One false statement: the page as it becomes, and where."""

    kind: str
    near: bool
    page: str
    line: int
    before: str
    after: str


@dataclass(frozen=True)
class Hand:
    """What plants: near misses or inventions, by a draw that can be repeated."""

    near: bool
    draw: random.Random


def plants(world: World, seed: int) -> Iterator[Plant]:
    """Give every plant that the pages have room for, in a random order, near and far in turn."""
    draw = random.Random(seed)  # noqa: S311 - a repeatable draw, no secret
    hands = (Hand(near=True, draw=draw), Hand(near=False, draw=draw))
    for page in world.pages.values():
        for number, line in enumerate(page.lines):
            if line.startswith(("#", "<!--", "*Generated", "Previous:", "Next:")):
                continue
            for hand in hands:
                for kind, after in _changes(world, page, number, hand):
                    if after != line:
                        yield Plant(kind, hand.near, page.path, number + 1, line, after)


def _changes(world: World, page: Page, number: int, hand: Hand) -> Iterator[tuple[str, str]]:
    line = page.lines[number]
    fence = page.fences.get(number)
    if fence == "mermaid":
        yield from _edges(world, page, number, hand)
    elif fence:
        if line.startswith("```"):
            return
        yield from _code(world, page, number, hand)
    else:
        yield from _links(world, page, line, hand)
        if line.startswith("|") and not line.startswith("| ---"):
            yield from _cells(world, page, number, hand)
        yield from _spans(world, line, hand)


def _edges(world: World, page: Page, number: int, hand: Hand) -> Iterator[tuple[str, str]]:
    line, first = page.lines[number], page.first[number]
    labels = {}
    for each in page.lines[first:number]:
        box = _BOX.fullmatch(each)
        if box:
            labels[box[1]] = box[2]
    edge = _EDGE.fullmatch(line)
    if not edge or edge[2] not in labels:
        return
    if not hand.near:
        gone = next((n for n in range(1, 99) if f"n{n}" not in labels), 99)
        yield "diagram edge", line.replace(edge[2], f"n{gone}") if edge[1] != edge[2] else line
        return
    others = [
        n
        for n in labels
        if n not in (edge[1], edge[2]) and not _may_import(world, labels[edge[1]], labels[n])
    ]
    if others:
        yield "diagram edge", re.sub(rf"\b{edge[2]}$", hand.draw.choice(others), line)


def _may_import(world: World, source: str, target: str) -> bool:
    """Say whether the files of one box name the other one in any line that could import it."""
    below = source.split(" ")[0].rstrip("/")
    stem = target.split(" ")[0].rstrip("/").rpartition("/")[2].split(".")[0]
    parts = {stem, *target.split(" ")[0].strip("/").split("/")[-2:]} - {
        "",
        "src",
        "__init__",
        "index",
    }
    files = [
        path for path in world.files if path == below or path.startswith((f"{below}/", f"{below}."))
    ]
    return (
        not files
        or not parts
        or any(
            part in line
            for path in files
            for line in world.files[path]
            for part in parts
            if re.search(r"import|from|require|use |include|\"", line)
        )
    )


def _code(world: World, page: Page, number: int, hand: Hand) -> Iterator[tuple[str, str]]:
    line, fence = page.lines[number], page.fences[number]
    words = list(WORD.finditer(line))
    if fence == "signature":
        value = _VALUE.search(line)
        if value and ("(" in line or line.startswith(" ")):
            new = (
                hand.draw.choice(["None", "True", "0", '""', "null"])
                if hand.near
                else "plantedValue9"
            )
            if new != value["value"]:
                yield "default", line[: value.start("value")] + new + line[value.end("value") :]
        names = re.findall(r"[(,]\s*([a-z_]\w*)\s*[:,)=]", line)
        names = [each for each in names if each not in ("self", "cls")]
        if names:
            old = hand.draw.choice(names)
            new = hand.draw.choice(world.names) if hand.near else _far(old, hand.draw)
            if new not in line:
                yield "argument", re.sub(rf"(?<=[(, ]){old}\b", new, line, count=1)
        return
    if not words:
        return
    word = hand.draw.choice(words)
    new = hand.draw.choice(world.names) if hand.near else _far(word[0], hand.draw)
    after = line[: word.start()] + new + line[word.end() :]
    bare = "".join(after.split())
    if not any(
        bare in "".join(each.split())
        for each in (text for file in world.files.values() for text in file)
    ):
        yield "code token", after


def _links(world: World, page: Page, line: str, hand: Hand) -> Iterator[tuple[str, str]]:
    blobs = list(_BLOB.finditer(line))
    if blobs:
        found = hand.draw.choice(blobs)
        path = found["path"]
        ending = path.rpartition(".")[2]
        others = [p for p in world.files if p.endswith(f".{ending}") and p != path]
        if hand.near and others and path in world.files:
            new = hand.draw.choice(others)
            if not _same(world, path, new, found["a"], found["b"]):
                yield "path", line[: found.start("path")] + new + line[found.end("path") :]
        elif not hand.near:
            yield (
                "path",
                line[: found.start("path")] + _far(path, hand.draw) + line[found.end("path") :],
            )
        if found["a"] and path in world.files:
            yield from _ranges(world, line, found, hand)
    pages = [each for each in _PAGE.finditer(line) if each["page"] or each["anchor"]]
    if pages:
        yield from _page_links(world, page, line, hand.draw.choice(pages), hand)


def _ranges(world: World, line: str, found: re.Match[str], hand: Hand) -> Iterator[tuple[str, str]]:
    count, a, b = len(world.files[found["path"]]), int(found["a"]), int(found["b"] or found["a"])
    start = found.start("a") - 1
    end = found.end("b") if found["b"] else found.end("a")
    if not hand.near:
        new = f"L{a}-L{count + hand.draw.randint(1, 50)}"
    else:
        shift = hand.draw.choice([-3, -2, -1, 1, 2, 3])
        a2, b2 = hand.draw.choice([(a, b + abs(shift)), (a + shift, b + shift)])
        if not 1 <= a2 <= b2 < count:
            return
        new = f"L{a2}-L{b2}" if a2 != b2 else f"L{a2}"
    yield "range", line[:start] + new + line[end:]


def _page_links(
    world: World, page: Page, line: str, found: re.Match[str], hand: Hand
) -> Iterator[tuple[str, str]]:
    target = found["page"]
    folder = page.path.rpartition("/")[0]
    known = _resolve(folder, target) if target else page.path
    if target and known in world.pages:
        if hand.near:
            others = [each for each in world.pages if each not in (known, page.path)]
            if not others:
                return
            new = _relative(folder, hand.draw.choice(others))
            end = found.end() - 1
            yield "link", line[: found.start("page")] + new + line[end:]
        else:
            yield (
                "link",
                line[: found.start("page")] + _far(target, hand.draw) + line[found.end("page") :],
            )
    if found["anchor"] and known in world.anchors:
        others = [each for each in world.anchors[known] if each != found["anchor"]]
        if hand.near and not others:
            return
        new = hand.draw.choice(others) if hand.near else _far(found["anchor"], hand.draw)
        yield "anchor", line[: found.start("anchor")] + new + line[found.end("anchor") :]


def _cells(world: World, page: Page, number: int, hand: Hand) -> Iterator[tuple[str, str]]:
    """Change a cell under the head `Parameter`, `Variable`, `Default` or what flags stand below."""
    top = number
    while top and page.lines[top - 1].startswith("|"):
        top -= 1
    heads = [each.strip() for each in page.lines[top].strip("|").split("|")]
    line = page.lines[number]
    cells = re.split(r"(?<!\\)\|", line)
    if number <= top + 1:
        return
    column = [
        re.split(r"(?<!\\)\|", each) for each in page.lines[top + 2 :] if each.startswith("|")
    ]
    for index, head in enumerate(heads, 1):
        span = _SPAN.search(cells[index]) if index < len(cells) else None
        kind = _kind_of(head)
        if not span or kind is None:
            continue
        rivals = sorted(
            {m["text"] for row in column if index < len(row) and (m := _SPAN.search(row[index]))}
            - {span["text"]}
        )
        if hand.near and (not rivals or (kind == "default" and span["text"] in ("None",))):
            rivals = list(world.names) if kind in ("variable", "argument") else rivals
        if hand.near and not rivals:
            continue
        new = hand.draw.choice(list(rivals)) if hand.near else _far(span["text"], hand.draw)
        if new in line:
            continue
        cell = cells[index].replace(f"`{span['text']}`", f"`{new}`", 1)
        yield kind, "|".join([*cells[:index], cell, *cells[index + 1 :]])


def _kind_of(head: str) -> str | None:
    if head == "Default":
        return "default"
    if head == "Variable":
        return "variable"
    if head == "Parameter":
        return "argument"
    return None


def _spans(world: World, line: str, hand: Hand) -> Iterator[tuple[str, str]]:
    spans = list(_SPAN.finditer(line))
    hand.draw.shuffle(spans)
    flags = [each for each in spans if _FLAG.fullmatch(each["text"])]
    runs = [each for each in spans if _RUN.fullmatch(each["text"])]
    names = [each for each in spans if each["text"] in world.places]
    for found in flags[:1]:
        every = sorted(
            {
                m
                for page in world.pages.values()
                for text in page.lines
                for m in re.findall(r"`(--[a-z][\w-]+)`", text)
            }
            - {found["text"]}
        )
        new = hand.draw.choice(every) if hand.near and every else _far(found["text"], hand.draw)
        if new not in line:
            yield "flag", _put(line, found, new)
    for found in runs[:1]:
        name = found["text"].rpartition(" ")[2]
        texts = (text for page in world.pages.values() for text in page.lines)
        every = sorted({each for text in texts for each in _RUNS.findall(text)} - {name})
        new = hand.draw.choice(every) if hand.near and every else _far(name, hand.draw)
        yield "command", _put(line, found, found["text"][: -len(name)] + new)
    for found in names[:1]:
        new = hand.draw.choice(world.names) if hand.near else _far(found["text"], hand.draw)
        if new in line or (hand.near and _may_stand(world, line, new)):
            continue
        yield "symbol", _put(line, found, new)


def _may_stand(world: World, line: str, name: str) -> bool:
    """Say whether a name could be true in a line, because a file that the line is about has it."""
    about = [each["path"] for each in _BLOB.finditer(line)]
    about += [each["text"].rstrip("/") for each in _SPAN.finditer(line) if "/" in each["text"]]
    here = world.places.get(name, frozenset())
    return any(path == each or path.startswith(f"{each}/") for each in about for path in here)


def _put(line: str, found: re.Match[str], new: str) -> str:
    return line[: found.start("text")] + new + line[found.end("text") :]


def _same(world: World, path: str, other: str, first: str | None, last: str | None) -> bool:
    if first is None:
        return world.files[path] == world.files[other]
    here = slice(int(first) - 1, int(last or first))
    return world.files[path][here] == world.files[other][here]


def _far(text: str, draw: random.Random) -> str:
    """Make a name that does not exist, of the form of one that does."""
    stem, dot, ending = (
        text.rpartition(".") if "/" in text or text.endswith(".md") else (text, "", "")
    )
    stem, dot, ending = (stem, dot, ending) if stem else (text, "", "")
    return f"{stem}{draw.choice(['zq', 'xk', 'qv'])}{draw.randint(2, 9)}{dot}{ending}"


def _resolve(folder: str, target: str) -> str:
    parts = folder.split("/") if folder else []
    for part in target.split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def _relative(folder: str, target: str) -> str:
    up = "../" * (folder.count("/") + 1 if folder else 0)
    return up + target
