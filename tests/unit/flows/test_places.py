from pathlib import Path

import pytest

from app.errors import InputError
from flows.places import below, is_url, own_folder, remote_place


@pytest.mark.parametrize("target", ["https://github.com/acme/shop", "git@github.com:acme/shop.git"])
async def test_an_address_names_the_repository_and_the_folder_of_its_pages(target: str) -> None:
    place = await remote_place(target, "v1", None)

    assert is_url(target)
    assert place.ref.full_name == "shop"
    assert place.web == "https://github.com/acme/shop"
    assert (place.branch, place.output, place.files) == ("v1", Path("shop-docs"), None)


async def test_an_address_with_a_credential_is_refused() -> None:
    with pytest.raises(InputError, match="credential helper"):
        await remote_place("https://octocat:secret@github.com/acme/shop", "HEAD", None)


def test_the_pages_of_a_run_are_no_source_of_it(tmp_path: Path) -> None:
    assert own_folder(tmp_path / "docs" / "made", tmp_path) == ("docs/made",)
    assert own_folder(tmp_path.parent, tmp_path) == ()
    assert own_folder(None, tmp_path) == ()


def test_a_scopes_pages_go_nowhere_but_into_the_folder_that_was_asked_for(tmp_path: Path) -> None:
    chosen, elsewhere = tmp_path / "pages", tmp_path / "elsewhere"
    chosen.mkdir()
    elsewhere.mkdir()
    (chosen / "a").symlink_to(elsewhere)
    (chosen / "b").write_bytes(b"")

    assert below(chosen, "c/d") == chosen / "c" / "d"
    assert below(chosen, "") == chosen
    with pytest.raises(InputError, match="leads out of"):
        below(chosen, "a")
    with pytest.raises(InputError, match="is a file"):
        below(chosen, "b")
