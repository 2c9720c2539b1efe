import pytest

from app.domain.wiki.configuration.loosening import loosened
from app.domain.wiki.configuration.scope import Scope, accept_scopes, find_scopes


def scopes(root: str, **below: str) -> tuple[Scope, ...]:
    files: dict[str, bytes | None] = {".autodoc.yaml": root.encode()}
    files |= {f"{folder}/.autodoc.yaml": text.encode() for folder, text in below.items()}
    return accept_scopes(find_scopes(files))


REASON = "reason: known"


@pytest.mark.parametrize(
    ("base", "head", "told"),
    [
        ("", "exclude: [src/old]", "`src/old` is now excluded"),
        ("exclude: [src]", "exclude: [src, 'a/*.py']", "`a/*.py` is now excluded"),
        ("", "include: [src]", "only `src` is documented now, and not everything"),
        ("include: [src, lib]", "include: [src]", "`lib` is included no more"),
        ("checks: {mode: require}", "", "`checks.mode` goes from `require` to `report`"),
        ("", "checks: {mode: 'off'}", "`checks.mode` goes from `report` to `off`"),
        ("", f"checks: {{ignore: [{{rule: links, {REASON}}}]}}", "findings of the rule `links`"),
        (
            f"checks: {{ignore: [{{rule: links, page: guide.md, {REASON}}}]}}",
            f"checks: {{ignore: [{{rule: links, {REASON}}}]}}",
            "on every page are now ignored",
        ),
        ("", "output: wiki", "from `docs/autodoc` to `wiki`"),
    ],
)
def test_what_goes_out_of_sight_is_told(base: str, head: str, told: str) -> None:
    (sentence,) = loosened(scopes(base), scopes(head))

    assert sentence.startswith(".autodoc.yaml")
    assert told in sentence


@pytest.mark.parametrize(
    ("base", "head"),
    [
        ("exclude: [src]", "exclude: [src/old]"),
        ("exclude: ['*.gen.py']", "exclude: ['a/*.gen.py']"),
        ("include: [src]", ""),
        ("include: [src/a, src/b]", "include: [src]"),
        ("checks: {mode: 'off'}", "checks: {mode: require}"),
        (
            f"checks: {{ignore: [{{rule: '*', {REASON}}}]}}",
            f"checks: {{ignore: [{{rule: links, text: a, {REASON}}}]}}",
        ),
        ("", "publish: all"),
    ],
)
def test_what_is_narrowed_is_not(base: str, head: str) -> None:
    assert loosened(scopes(base), scopes(head)) == ()


def test_a_new_scope_is_held_against_the_one_around_it() -> None:
    head = scopes("checks: {mode: require}", lib="exclude: [old, new]")

    assert loosened(scopes("checks: {mode: require}\nexclude: [lib/old]"), head) == (
        "lib/.autodoc.yaml: `checks.mode` of the whole repository goes from `require` to `report`",
        "lib/.autodoc.yaml:1: `new` is now excluded",
    )


def test_the_folder_of_a_scope_that_is_gone_is_judged_as_the_one_around_it() -> None:
    base = scopes("", lib="checks: {mode: require}")

    assert loosened(base, scopes("")) == (
        ".autodoc.yaml: `checks.mode` of lib goes from `require` to `report`",
    )
