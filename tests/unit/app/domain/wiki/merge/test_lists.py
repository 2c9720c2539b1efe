"""Lists of pages say what people made of the pages."""

import pytest

from app.domain.wiki.configuration.config import SiteKind
from app.domain.wiki.merge.folder import Folder, merge_folder
from app.domain.wiki.merge.lists import relisted
from app.domain.wiki.site.ownership import Holder, Ownership
from app.domain.wiki.site.publication import build_site
from tests.unit.app.domain.wiki.merge.test_folder import CART, HOME, rendered


@pytest.mark.parametrize("kind", list(SiteKind))
def test_the_lists_hold_the_words_of_people(kind: SiteKind) -> None:
    pages = [
        rendered(HOME, "aaaaaaa", "Use it.", "Keep `guide/cart.md`."),
        rendered(CART, "aaaaaaa", "It adds: x.", "In a file."),
    ]
    files = build_site("Shop", pages, kind)
    theirs = {
        path: data.replace(b"In short.", b"In Berne.").replace(b"It adds", b"It adds up")
        for path, data in files.items()
        if path.endswith((".md", ".json"))
    }

    bases = {each.spec.id: files[each.spec.path].decode() for each in pages}
    merge = merge_folder(files, Folder.read(theirs), bases)
    told = relisted(merge, pages, ())
    again = relisted(merge, pages, (told.files,))

    index, full = (told.files[name].decode() for name in ("llms.txt", "llms-full.txt"))
    assert "\n> In Berne.\n" in index
    assert "In short." not in index
    expected = files["llms-full.txt"].decode().replace("In short", "In Berne")
    expected = expected.replace("It adds", "It adds up")
    assert full.rpartition("\n<!--")[0] == expected.rpartition("\n<!--")[0]
    for name in ("llms.txt", "llms-full.txt"):
        assert Ownership(told.files).holder(name) is Holder.AUTODOC
    assert again.files == told.files
    assert relisted(merge_folder(files, Folder()), pages, ()).files == files
