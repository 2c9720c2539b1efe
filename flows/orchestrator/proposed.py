"""What one documentation folder holds, and what is proposed for it."""

from collections.abc import Mapping, Sequence
from posixpath import join

from app.domain.value import Value
from app.domain.wiki.merge.folder import Folder, Merge
from app.domain.wiki.site.guide_block import Guides
from app.domain.work.note import PageNote
from flows.orchestrator.publisher import Publication, notes_of


class Proposed(Value):
    """What one documentation folder holds, and what is proposed for it."""

    publication: Publication
    committed: Mapping[str, bytes]
    pages: Mapping[str, bytes]
    retired: tuple[str, ...]
    merge: Merge
    """Of both branches: what people changed on either."""
    guides: Guides
    """Of the scope's own folder, by their names in it."""
    guided: Mapping[str, bytes | None]
    """The same files as the branch has them."""
    asked: Mapping[str, tuple[PageNote, ...]] = {}
    """What people asked of its pages and is not merged yet, by their paths in the folder."""


def changes_in(folders: Sequence[Proposed]) -> dict[str, bytes | None]:
    """Give what is to be committed by its path in the repository; None for what is removed."""
    files: dict[str, bytes | None] = {}
    for each in folders:
        output, scope = each.publication.output, each.publication.scope
        files |= {join(output, path): data for path, data in each.pages.items()}
        files |= {join(output, path): None for path in each.retired}
        files |= {join(scope, name): data for name, data in each.guides.files.items()}
    return files


def said_of(folder: Proposed) -> tuple[str, ...]:
    """Say what is to be told of a folder beside its files."""
    committed = Folder.read(folder.committed)
    return (*notes_of(folder.merge, folder.publication, committed), *folder.guides.notes)
