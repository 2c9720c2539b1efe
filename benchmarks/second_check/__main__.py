"""`python -m benchmarks.second_check FOLDER --repository REPOSITORY --commit SHA [--json]`.

Exit status: 0 nothing found, 1 findings, 2 the arguments cannot be used.
"""

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.second_check.commit import read_commit
from benchmarks.second_check.counts import count
from benchmarks.second_check.judge import judge
from benchmarks.second_check.site import Finding, Site, read_folder


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge a folder and print what is wrong with it."""
    options = _parser().parse_args(arguments)
    if not options.folder.is_dir():
        print(f"{options.folder} is not a folder", file=sys.stderr)
        return 2
    try:
        commit = read_commit(options.repository, options.commit)
    except subprocess.CalledProcessError as error:
        print(error.stderr.decode(errors="replace").strip(), file=sys.stderr)
        return 2
    site = Site(read_folder(options.folder), commit, options.docs_path)
    findings = judge(site)
    _print(findings, site, as_json=options.json)
    return 1 if findings else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="second_check", description=__doc__)
    parser.add_argument("folder", type=Path, help="the generated documentation")
    parser.add_argument("--repository", type=Path, required=True, help="a git repository")
    parser.add_argument("--commit", default="HEAD", help="the commit that was documented")
    parser.add_argument("--docs-path", help="where the folder stands in the repository")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


def _print(findings: Sequence[Finding], site: Site, *, as_json: bool) -> None:
    counts = dict(Counter(finding.rule for finding in findings))
    if as_json:
        found = [asdict(finding) for finding in findings]
        print(json.dumps({"judged": count(site), "counts": counts, "findings": found}, indent=1))
        return
    for finding in findings:
        print(f"{finding.page}:{finding.line}: {finding.rule}: {finding.message}")
    judged = ", ".join(f"{number} {kind}" for kind, number in count(site).items())
    print(f"{judged}: {len(findings)} findings {counts or ''}".rstrip())


if __name__ == "__main__":
    sys.exit(main())
