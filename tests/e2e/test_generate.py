"""`autodoc generate`: a repository is documented by one command, with no key and no account."""

import json
import re
from pathlib import Path

import pytest

from app.domain.code.facts import LeftOutReason
from app.errors import ConfigurationError, InputError
from flows.local import Request
from tests.e2e.laptop import Laptop, commit, contents, dead_links, git, write
from tests.e2e.shop import CART, DISCOUNTS, FILES

PAID = {
    "AUTODOC_MODEL": "openai/gpt-4o",
    "OPENAI_API_BASE": "http://127.0.0.1:9/v1",
    "OPENAI_API_KEY": "x",
}


def page(folder: Path, name: str = "index.md") -> str:
    return (folder / name).read_text()


def test_a_repository_is_documented_by_one_command(laptop: Laptop) -> None:
    checkout = laptop.make_repository("shop")
    head = git(checkout, "rev-parse", "HEAD")

    first = laptop.run("generate", "--json", cwd=checkout)

    assert first.status == 0, first.errors
    made = json.loads(first.output)
    docs = checkout / "docs" / "autodoc"
    assert made["commit"] == head
    assert made["repository"] == "shop"
    assert made["output"] == str(docs)
    assert made["pages"] == len(list(docs.rglob("*.md"))) > 3
    assert sorted(made["written"]) == sorted(contents(docs))
    assert made["withheld"] == made["findings"] == made["warnings"] == made["removed"] == []
    assert (made["files"], made["parsed"], made["cached"]) == (3, 3, 0)
    assert made["symbols"] > 4
    assert made["usage"] == {"calls": 0, "input_tokens": 0, "output_tokens": 0, "cost": 0.0}
    assert made["elapsed"] > 0
    assert made["dry_run"] is False
    assert made["estimate"] is None
    assert made["uncited"] == 0.0
    assert first.errors.splitlines()[0] == "Reading the code"
    assert dead_links(docs) == []
    assert "shop/cart.py" in (docs / "llms.txt").read_text() + page(docs, "architecture.md")
    assert head in page(docs)

    before = contents(docs)
    second = laptop.run("generate", checkout)

    assert second.status == 0, second.errors
    assert contents(docs) == before
    assert "(0 files parsed, 3 known)" in second.output
    assert f"0 files changed in {docs}" in second.output


async def test_an_older_commit_can_be_documented(laptop: Laptop, folder: Path) -> None:
    checkout = laptop.make_repository("older")
    old = git(checkout, "rev-parse", "HEAD")
    commit(checkout, {"shop/discounts.py": DISCOUNTS})

    made = await laptop.generate(Request(target=str(checkout), ref="HEAD~1", output=folder / "old"))

    assert made.commit == old
    assert "discounts" not in "".join(path.name for path in (folder / "old").rglob("*.md"))
    assert old in page(folder / "old")
    assert dead_links(folder / "old") == []


async def test_uncommitted_changes_can_be_documented_and_nothing_is_touched(
    laptop: Laptop, folder: Path
) -> None:
    checkout = laptop.make_repository("dirty")
    write(checkout, {"shop/cart.py": f"{CART}\n\nclass Basket(Cart):\n    '''A larger cart.'''\n"})
    write(checkout, {"untracked.py": "def never_added() -> None: ...\n"})
    write(checkout, {".autodoc.yaml": "output: elsewhere\n"})
    before = git(checkout, "status", "--porcelain"), contents(checkout / ".git")

    made = await laptop.generate(
        Request(target=str(checkout), worktree=True, output=folder / "docs")
    )

    written = "".join(path.read_text() for path in (folder / "docs").rglob("*.md"))
    assert made.commit == "HEAD+dirty"
    told = "`.autodoc.yaml` is not committed: its settings are not used"
    assert told in made.warnings
    assert "commit=HEAD+dirty" in page(folder / "docs")
    assert "Basket" in written
    assert "never_added" not in written
    assert (git(checkout, "status", "--porcelain"), contents(checkout / ".git")) == before
    assert dead_links(folder / "docs") == []


async def test_links_lead_to_the_web_address_at_the_documented_commit(laptop: Laptop) -> None:
    checkout = laptop.make_repository("webbed")
    git(checkout, "remote", "add", "origin", "git@git.example.org:octo/webbed.git")
    head = git(checkout, "rev-parse", "HEAD")

    made = await laptop.generate(Request(target=str(checkout)))

    assert made.findings == ()
    home = page(Path(made.output), "reference/shop.md")
    assert f"(https://git.example.org/octo/webbed/blob/{head}/shop/cart.py#L" in home


async def test_a_url_and_a_bare_repository_are_documented_beside_the_caller(
    laptop: Laptop,
) -> None:
    checkout = laptop.make_repository("remote")
    bare = laptop.folder / "served.git"
    git(laptop.folder, "clone", "--quiet", "--bare", str(checkout), str(bare))
    git(bare, "remote", "set-url", "origin", "https://git.example.org/octo/served")

    by_url = laptop.run("generate", f"file://{checkout}")
    by_path = laptop.run("generate", bare)

    assert (by_url.status, by_path.status) == (0, 0), by_url.errors + by_path.errors
    assert dead_links(laptop.folder / "remote-docs") == []
    assert "https://git.example.org/octo/served/blob/" in page(laptop.folder / "served-docs")
    assert not (checkout / "docs").exists()


async def test_links_are_written_for_a_checkout_where_the_sources_are_nowhere(
    laptop: Laptop, folder: Path
) -> None:
    checkout = laptop.make_repository("nowhere")
    bare = folder / "nowhere.git"
    git(folder, "clone", "--quiet", "--bare", str(checkout), str(bare))
    git(bare, "remote", "remove", "origin")

    made = await laptop.generate(Request(target=str(bare), output=folder / "out"))

    assert "neither a web address nor files" in made.warnings[0]
    (checkout / "docs").mkdir()
    (folder / "out").rename(checkout / "docs" / "autodoc")
    assert dead_links(checkout / "docs" / "autodoc") == []


async def test_pages_inside_the_checkout_are_not_documented_themselves(laptop: Laptop) -> None:
    checkout = laptop.make_repository("inside")
    request = Request(target=str(checkout), output=checkout / "handbook")
    first = await laptop.generate(request)
    pages = contents(checkout / "handbook")
    commit(checkout, {f"handbook/{name}": data.decode() for name, data in pages.items()})

    second = await laptop.generate(request)

    assert (second.files, second.pages) == (first.files, first.pages)
    assert not any(b"handbook" in data for data in contents(checkout / "handbook").values())


async def test_pages_that_retired_are_removed_and_a_persons_own_file_stays(
    laptop: Laptop,
) -> None:
    checkout = laptop.make_repository("retiring")
    await laptop.generate(Request(target=str(checkout)))
    docs = checkout / "docs" / "autodoc"
    write(docs, {"mine.md": "# Mine\n"})
    git(checkout, "rm", "--quiet", "shop/checkout.py")
    git(checkout, "commit", "--quiet", "-m", "Stop selling")

    made = await laptop.generate(Request(target=str(checkout)))

    assert "reference/environment.md" in made.removed
    assert page(docs, "mine.md") == "# Mine\n"
    assert dead_links(docs) == []


async def test_a_wrong_configuration_is_refused_by_file_and_line(laptop: Laptop) -> None:
    checkout = laptop.make_repository("misconfigured")
    commit(checkout, {".autodoc.yaml": "output: docs/here\npublish: sometimes\n"})

    with pytest.raises(ConfigurationError, match=r"\.autodoc\.yaml:2: `publish` must be one of"):
        await laptop.generate(Request(target=str(checkout)))

    assert not (checkout / "docs").exists()


async def test_an_unknown_key_is_a_warning_and_the_known_ones_hold(laptop: Laptop) -> None:
    checkout = laptop.make_repository("configured")
    commit(
        checkout, {".autodoc.yaml": "output: handbook\nexlude: [x]\nexclude: [shop/checkout.py]\n"}
    )

    made = await laptop.generate(Request(target=str(checkout)))

    assert made.warnings == (".autodoc.yaml:2: unknown key `exlude`; did you mean `exclude`?",)
    assert made.output == str(checkout / "handbook")
    assert not any("checkout" in path for path in made.written)


async def test_beyond_the_caps_what_fits_is_documented_and_the_rest_is_named(
    laptop: Laptop, folder: Path
) -> None:
    checkout = laptop.make_repository("large", {**FILES, "big.py": "NAME = 1\n" * 1000})

    made = await laptop.generate(
        Request(target=str(checkout), output=folder / "out"), caps={"file_bytes": 5000}
    )

    assert [(each.path, each.reason) for each in made.left_out] == [
        ("big.py", LeftOutReason.TOO_LARGE)
    ]
    assert made.files == 3

    shown = laptop.run(
        "generate", checkout, "-o", folder / "out2", settings={"AUTODOC_CAPS__FILE_BYTES": "5000"}
    )
    assert "left out: big.py (" in shown.output


def test_a_dry_run_writes_nothing_calls_no_model_and_says_what_a_run_would_do(
    laptop: Laptop,
) -> None:
    checkout = laptop.make_repository("dry")

    ran = laptop.run("generate", "--dry-run", cwd=checkout, settings=PAID)

    assert ran.status == 0, ran.errors
    assert git(checkout, "status", "--porcelain") == ""
    assert "files would change in" in ran.output
    assert "  write  index.md" in ran.output
    assert re.search(
        r"\d+ files would change in .* without a model; the model would write \d+ pages? of the"
        r" guide",
        ran.output,
    )
    assert "a run would take about " in ran.output
    assert "estimated were " not in ran.output


def test_a_dry_run_needs_the_models_key_and_reckons_an_unknown_model_as_the_dearest(
    laptop: Laptop,
) -> None:
    checkout = laptop.make_repository("keyless")
    unknown = {**PAID, "AUTODOC_MODEL": "openai/gpt-9-unknown"}

    keyless = laptop.run(
        "generate", "--dry-run", cwd=checkout, settings={"AUTODOC_MODEL": "openai/gpt-4o-mini"}
    )
    dearest = laptop.run("generate", "--dry-run", cwd=checkout, settings=unknown)

    assert keyless.status == 2
    assert "openai/gpt-4o-mini needs OPENAI_API_KEY in the environment" in keyless.errors
    cost = re.search(r"a run would take about .* \$(\d+\.\d\d)", dearest.output)
    assert cost is not None
    assert float(cost[1]) > 1


async def test_a_dry_run_names_what_would_be_removed(laptop: Laptop) -> None:
    checkout = laptop.make_repository("drier")
    await laptop.generate(Request(target=str(checkout)))
    commit(checkout, {"shop/discounts.py": DISCOUNTS})
    git(checkout, "rm", "--quiet", "shop/checkout.py")
    git(checkout, "commit", "--quiet", "-m", "Stop selling")
    before = contents(checkout)

    made = await laptop.generate(Request(target=str(checkout), dry_run=True))

    assert "reference/environment.md" in made.removed
    assert "reference/shop.md" in made.written
    assert contents(checkout) == before


async def test_a_folder_that_a_link_leads_out_of_the_checkout_is_not_written(
    laptop: Laptop, folder: Path
) -> None:
    checkout = laptop.make_repository("linked")
    (checkout / "docs").symlink_to(folder)

    with pytest.raises(InputError, match="symbolic link: choose -o"):
        await laptop.generate(Request(target=str(checkout)))

    assert list(folder.iterdir()) == []
