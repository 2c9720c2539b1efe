"""What people use beside the pages: a site of their own, README.md and AGENTS.md."""

from pathlib import Path

import pytest

from tests.e2e.laptop import Laptop, commit, contents, git

CONFIG = "site: {site}\nreadme: root\nagents: true\n"
PEOPLE = b"# The shop\r\n\r\nAdds up carts.\r\n"


@pytest.mark.slow
@pytest.mark.parametrize("site", ["mkdocs", "docusaurus"])
def test_pages_for_a_site_pass_their_checks_and_the_guides_lead_to_them(
    laptop: Laptop, site: str
) -> None:
    checkout = laptop.make_repository(f"shop-{site}")
    (checkout / "README.md").write_bytes(PEOPLE)
    git(checkout, "add", "README.md")
    commit(checkout, {".autodoc.yaml": CONFIG.format(site=site), "Makefile": "test: ## Test\n"})
    git(checkout, "remote", "add", "origin", "https://git.example.org/octo/shop.git")

    first = laptop.run("generate", cwd=checkout)
    checked = laptop.run("check", cwd=checkout)
    docs = checkout / "docs" / "autodoc"
    before = contents(docs)

    assert first.status == 0, first.errors
    assert (checked.status, checked.output) == (0, "0 findings.\n")
    readme = (checkout / "README.md").read_bytes()
    assert readme.startswith(PEOPLE)
    assert readme.count(b"](docs/autodoc/index.md)") == 1
    assert "- `make test`" in (checkout / "AGENTS.md").read_text()
    assert (docs / "index.md").read_text().startswith('---\ntitle: "')

    git(checkout, "add", "--all")
    git(checkout, "commit", "--quiet", "-m", "Document the shop")
    again = laptop.run("generate", cwd=checkout)

    assert again.status == 0, again.errors
    assert contents(docs) == before
    assert git(checkout, "status", "--porcelain") == ""


def test_what_a_person_took_out_of_the_readme_is_not_put_back(laptop: Laptop) -> None:
    checkout = laptop.make_repository("own-words")
    commit(checkout, {"README.md": "# Mine\n", ".autodoc.yaml": "readme: root\n"})
    laptop.run("generate", cwd=checkout)
    written = (checkout / "README.md").read_text()
    (checkout / "README.md").write_text("# Mine\n")

    ran = laptop.run("generate", cwd=checkout)

    assert "autodoc:begin" in written
    assert (checkout / "README.md").read_text() == "# Mine\n"
    assert "`README.md` has no part of AutoDoc any more: a person removed it" in ran.output


def test_pages_that_go_elsewhere_leave_the_guides_alone(laptop: Laptop, folder: Path) -> None:
    checkout = laptop.make_repository("elsewhere")
    commit(checkout, {".autodoc.yaml": "readme: root\nagents: true\n"})

    ran = laptop.run("generate", "-o", folder / "out", cwd=checkout)

    assert ran.status == 0, ran.errors
    assert git(checkout, "status", "--porcelain") == ""
    assert "AGENTS.md left alone: the pages go to another folder" in ran.output
