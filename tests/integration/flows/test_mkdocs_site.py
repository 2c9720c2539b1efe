"""The pages as MkDocs itself builds them, every warning an error."""

import subprocess
import sys
from pathlib import Path

from app.domain.checks.finding import Severity
from app.domain.checks.pages import check_site
from app.domain.knowledge.chunking import cut_page
from app.domain.wiki.configuration.config import SiteKind
from app.domain.wiki.render import Origin
from app.domain.wiki.site.publication import build_site
from tests.fakes.facts import TEXTS, shop
from tests.unit.app.domain.wiki.pages import ORIGIN, RELATIVE, all_pages


def written(folder: Path, origin: Origin) -> dict[str, bytes]:
    """Write the shop's pages for MkDocs."""
    files = build_site("shop", all_pages(origin), SiteKind.MKDOCS)
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return files


def build(config: Path, site: Path) -> str:
    """Build a site; return what MkDocs says."""
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", str(config), "-d", str(site)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stderr


def test_mkdocs_builds_the_pages_without_a_warning(tmp_path: Path) -> None:
    for origin in (ORIGIN, RELATIVE):
        docs = tmp_path / origin.commit / "docs" / "autodoc"
        files = written(docs, origin)
        site = tmp_path / origin.commit / "site"

        said = build(docs / ".autodoc" / "mkdocs.yml", site)

        assert "WARNING" not in said
        assert (site / "reference" / "shop" / "db" / "index.html").is_file()
        assert not (site / ".autodoc").exists()
        assert (site / "llms.txt").read_bytes() == files["llms.txt"]


def test_a_larger_site_can_hold_the_pages(tmp_path: Path) -> None:
    written(tmp_path / "docs" / "autodoc", ORIGIN)
    (tmp_path / "docs" / "index.md").write_text("# Mine\n\n[Code](autodoc/index.md)\n")
    (tmp_path / "mkdocs.yml").write_text("site_name: Mine\nvalidation:\n  anchors: warn\n")

    build(tmp_path / "mkdocs.yml", tmp_path / "site")

    page = (tmp_path / "site" / "autodoc" / "architecture" / "index.html").read_text()
    assert "<title>Architecture - Mine</title>" in page


def test_the_checks_find_nothing_in_pages_with_front_matter() -> None:
    for kind in (SiteKind.MKDOCS, SiteKind.DOCUSAURUS):
        files = build_site("shop", all_pages(), kind)
        pages = {path: data.decode() for path, data in files.items() if path.endswith(".md")}

        found = check_site(pages, shop(), ORIGIN, TEXTS)

        assert [each for each in found if each.severity is Severity.ERROR] == []
        assert not any(each.rule == "orphan" for each in found)


def test_a_link_to_the_second_heading_of_a_name_holds_for_mkdocs_and_for_the_checks() -> None:
    page = next(each for each in all_pages() if each.spec.path == "architecture.md")
    twice = page.markdown.replace("\n---\n", "\n## Odd\n\n## Odd\n\n[Odd](#odd-1)\n\n---\n", 1)
    pages = [page.model_copy(update={"markdown": twice})]
    text = build_site("shop", pages, SiteKind.MKDOCS)["architecture.md"].decode()

    found = check_site({"architecture.md": text}, shop(), ORIGIN, TEXTS)

    assert "[Odd](#odd_1)" in text
    assert not {each.rule for each in found} & {"anchor", "citation"}


def test_no_passage_holds_front_matter() -> None:
    for kind in (SiteKind.MKDOCS, SiteKind.DOCUSAURUS):
        page = build_site("shop", all_pages(), kind)["architecture.md"].decode()
        passages = cut_page("Architecture", page, lambda text: len(text.split()))

        assert not any("description:" in each.content for each in passages)
