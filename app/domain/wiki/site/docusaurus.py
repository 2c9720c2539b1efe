"""Pages for Docusaurus 3: front matter, the names and order of folders, names that it publishes.

The pages stay CommonMark (`mdx.format: md`), so that nothing in them is taken for JSX.
"""

import posixpath
import re
from collections.abc import Mapping, Sequence

from app.domain.wiki.front_matter import has_front_matter, to_yaml, with_front_matter
from app.domain.wiki.navigation import change_links, resolve, way
from app.domain.wiki.page import RenderedPage
from app.domain.wiki.site.seal import seal_yaml

CATEGORY = "_category_.yml"
_FORMAT = re.compile(r"^mdx:\n", re.MULTILINE)
_HIDDEN = "_"
"""Docusaurus publishes no page whose file or folder begins so."""
_NUMBERED = re.compile(r"\d+\s*[-_.]")
"""What Docusaurus takes for a place in the sidebar, and leaves out of the address."""


def placed(pages: Sequence[RenderedPage]) -> tuple[RenderedPage, ...]:
    """Give pages names that Docusaurus publishes, and let the links among them follow."""
    moves = _moves(sorted({page.spec.path for page in pages}))
    if all(old == new for old, new in moves.items()):
        return tuple(pages)
    return tuple(_moved(page, moves) for page in pages)


def headed(page: RenderedPage, position: int) -> RenderedPage:
    """Put above a page what Docusaurus reads there."""
    spec = page.spec
    values: dict[str, str | int | None] = {
        "title": spec.title,
        "description": spec.purpose,
        "sidebar_label": spec.title,
    }
    told = {key: value for key, value in values.items() if value}
    rest = {"sidebar_position": position, "custom_edit_url": None, "mdx": {"format": "md"}}
    return page.model_copy(update={"markdown": with_front_matter(page.markdown, {**told, **rest})})


def is_for(markdown: str) -> bool:
    """Say whether what stands above a page is for Docusaurus."""
    return has_front_matter(markdown) and _FORMAT.search(markdown) is not None


def categories(title: str, pages: Sequence[RenderedPage]) -> dict[str, bytes]:
    """Name each folder of pages in the sidebar, where the first page in it stands."""
    firsts: dict[str, int] = {}
    for position, page in enumerate(pages, 1):
        for folder in _folders(page.spec.path):
            firsts.setdefault(folder, position)
    files = {}
    for folder, position in firsts.items():
        told: dict[str, str | int] = {"label": _label(folder) if folder else title}
        # Where all pages stand among others is for those to say who wrote the others.
        told |= {"position": position} if folder else {}
        files[posixpath.join(folder, CATEGORY)] = seal_yaml(to_yaml(told)).encode()
    return files


def _label(folder: str) -> str:
    name = posixpath.basename(folder)
    return name if "/" in folder else name.replace("-", " ").capitalize()


def _moves(paths: Sequence[str]) -> dict[str, str]:
    """Pair each path with the one that Docusaurus publishes; no two become the same."""
    taken = {path.casefold() for path in paths if path == _visible(path)}
    moves = {}
    for path in paths:
        new = _visible(path)
        if new != path:
            stem, ending = posixpath.splitext(new)
            number = 1
            while new.casefold() in taken:
                number += 1
                new = f"{stem}-{number}{ending}"
            taken.add(new.casefold())
        moves[path] = new
    return moves


def _visible(path: str) -> str:
    """Leave out the underscores in front of names, and keep numbers there from being left out."""
    parts = (part.lstrip(_HIDDEN) or "underscores" for part in path.split("/"))
    return "/".join(f"n{part}" if _NUMBERED.match(part) else part for part in parts)


def _moved(page: RenderedPage, moves: Mapping[str, str]) -> RenderedPage:
    old = page.spec.path
    new = moves[old]

    def aim(target: str) -> str:
        path = resolve(old, target)
        if not target.partition("#")[0] or path not in moves:
            return target
        anchor = target.partition("#")[2]
        return way(new, f"{moves[path]}#{anchor}" if anchor else moves[path])

    return page.model_copy(
        update={
            "spec": page.spec.model_copy(update={"path": new}),
            "markdown": change_links(page.markdown, aim),
        }
    )


def _folders(path: str) -> list[str]:
    parts = path.split("/")[:-1]
    return ["/".join(parts[:count]) for count in range(len(parts) + 1)]
