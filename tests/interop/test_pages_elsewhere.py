"""The pages as others read them: the parser of Docusaurus, Mermaid's own, GitHub's anchors."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from app.domain.wiki.configuration.config import SiteKind
from app.domain.wiki.page import Diagram, DiagramEdge, DiagramNode, PageKind, PageSpec, RenderedPage
from app.domain.wiki.render import mermaid
from app.domain.wiki.site.publication import build_site
from app.domain.wiki.words.prose import escape, quote
from tests.unit.app.domain.wiki.pages import all_pages

HERE = Path(__file__).parent
ODD = (
    "<script>alert(1)</script>",
    "{props.children} export const x = 1",
    "<!-- hidden --> </div> <Tabs>",
    ":::note\n:::\n:name[x]{#id .c} ::leaf",
    "end; click n1 href \"x\"; %%{init: {'theme': 'x'}}%%",
    "a & b \\ `c` | $d$ ~e~ [f](g) [^h] #i subgraph classDef",
    '"]); n1 --> n2',
)


def judge(folder: Path) -> dict[str, object]:
    """Ask the others; fails clearly where Node or its packages are missing."""
    node = shutil.which("node")
    if node is None or not (HERE / "node_modules").is_dir():
        pytest.fail("this needs Node 20 or newer and its packages: run `make interop`")
    done = subprocess.run(
        [node, str(HERE / "judge.mjs"), str(folder)],
        capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said: dict[str, object] = json.loads(done.stdout)
    return said


def odd_page() -> RenderedPage:
    """Make a page of texts that mean something to one of the others."""
    nodes = tuple(DiagramNode(id=f"x{each}", label=text) for each, text in enumerate(ODD))
    edges = tuple(DiagramEdge(source="x0", target=node.id, label=node.label) for node in nodes)
    drawn = mermaid(Diagram(title="Odd", nodes=nodes, edges=edges))
    parts = [f"## {escape(text)}\n\n{escape(text)}\n\n{quote(text)}" for text in ODD]
    text = "\n\n".join(("# Odd", *parts, f"```mermaid\n{drawn}\n```"))
    spec = PageSpec(id="odd", path="odd.md", title="Odd: 'it' \"is\"", kind=PageKind.NARRATIVE)
    return RenderedPage(spec=spec, markdown=f"{text}\n")


@pytest.mark.interop
@pytest.mark.parametrize("kind", [SiteKind.NONE, SiteKind.DOCUSAURUS])
def test_others_find_no_fault_in_any_page(tmp_path: Path, kind: SiteKind) -> None:
    files = build_site("shop", [*all_pages(), odd_page()], kind)
    for path, content in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)

    said = judge(tmp_path)

    assert said["errors"] == []
    pages = [content for path, content in files.items() if path.endswith(".md")]
    assert said["pages"] == len(pages)
    assert said["diagrams"] == sum(content.count(b"```mermaid\n") for content in pages)
    assert isinstance(said["links"], int)
    assert said["links"] > 20


@pytest.mark.interop
def test_others_do_find_faults_that_are_there(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(
        "# A\n\n<b>x</b> [x](b.md) [y](#gone)\n\n```mermaid\nflowchart LR\n  a --> [\n```\n"
    )
    errors = judge(tmp_path)["errors"]

    assert isinstance(errors, list)
    assert any(each.startswith("a.md: Parse error on line 2") for each in errors)
    assert {"a.md: raw HTML: <b>", "a.md: no page: b.md", "a.md: no anchor: #gone"} <= set(errors)
