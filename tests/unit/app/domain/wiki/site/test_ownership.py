"""Records are files that anybody can write."""

import json

import pytest

from app.domain.wiki.merge.folder import Folder, merge_folder
from app.domain.wiki.site.guide_block import read_record
from app.domain.wiki.site.ownership import Holder, Ownership, recorded_page
from app.domain.wiki.site.seal import GENERATED, seal_markdown, seal_yaml


@pytest.mark.parametrize("record", [b"[" * 100_000, b"{", b"[]", b'{"path": 1, "digest": "a"}'])
def test_a_damaged_record_names_no_page(record: bytes) -> None:
    assert recorded_page(record) is None
    assert read_record(record) == {}


@pytest.mark.parametrize("path", ["a\0.md", "\ud800.md", "../a.md", "/a.md", f"{'x' * 300}.md"])
def test_a_record_of_a_path_that_no_page_can_have_is_damaged(path: str) -> None:
    assert recorded_page(json.dumps({"path": path, "digest": "a"}).encode()) is None


@pytest.mark.parametrize("path", ["llms.txt", "a/llms-full.txt"])
def test_a_list_without_its_digest_at_the_very_end_is_a_persons(path: str) -> None:
    text = f"# Shop\n\n{GENERATED}\n"
    sealed = seal_markdown(text)
    inner = f"{sealed}\nMore words of a person.\n"

    assert Ownership({path: sealed.encode()}).holder(path) is Holder.AUTODOC
    assert Ownership({path: sealed.replace("\n", "\r\n").encode()}).holder(path) is Holder.AUTODOC
    for edited in (text, inner, sealed.replace("Shop", "Ship")):
        assert Ownership({path: edited.encode()}).holder(path) is Holder.EDITED
    assert Ownership({path: b"# Mine\n"}).holder(path) is Holder.PERSON


def test_a_digest_that_the_text_quotes_seals_nothing() -> None:
    quoted = seal_markdown(f"{GENERATED}\n")
    sealed = seal_markdown(f"{GENERATED}\n\n{quoted}")

    assert Ownership({"llms.txt": sealed.encode()}).holder("llms.txt") is Holder.AUTODOC


def test_a_configuration_for_mkdocs_that_a_person_wrote_or_changed_stays() -> None:
    path = ".autodoc/mkdocs.yml"
    ours = {path: seal_yaml("site_name: Shop\n").encode()}
    for theirs, holder in (
        (b"site_name: Mine\n", Holder.PERSON),
        (ours[path] + b"theme: mine\n", Holder.EDITED),
    ):
        assert Ownership({path: theirs}).holder(path) is holder
        assert path not in Ownership({path: theirs}).ours
        merge = merge_folder(ours, Folder.read({path: theirs}))
        assert (merge.files, merge.kept) == ({path: theirs}, (path,))
    assert Ownership(ours).ours == {path}
