"""`python -m benchmarks.generate --mirrors DIR` documents public repositories and judges the pages.

DIR holds a git repository (bare or not) for each one that `repositories.toml` names, as `NAME`,
`NAME.git`, `OWNER+NAME/repo` or `OWNER/NAME`. Each is documented three times: with an empty data
directory, again, and from another checkout with another empty data directory, and judged by
`autodoc check` and by the second check. Exit status 1 when a page is withheld, a finding remains,
two runs differ or the second run parses a file.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.measure import Measured, measure
from benchmarks.places import own_folder
from benchmarks.second_check.commit import Commit, read_commit
from benchmarks.second_check.counts import count
from benchmarks.second_check.judge import judge
from benchmarks.second_check.site import Finding, Site, read_folder

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "generate.json"
README = HERE / "README.md"
TIMEOUT = 1800


@dataclass(frozen=True)
class Subject:
    """A repository at a fixed commit."""

    name: str
    language: str
    url: str
    commit: str

    def mirror(self, mirrors: Path) -> Path:
        """Find its copy on this machine."""
        owner = self.url.split("/")[-2]
        names = (
            self.name,
            f"{self.name}.git",
            f"{owner}+{self.name}/repo",
            f"{owner}/{self.name}",
        )
        found = [mirrors / name for name in names if (mirrors / name).is_dir()]
        if not found:
            raise SystemExit(f"{mirrors} holds no copy of {self.url}")
        return found[0]


@dataclass(frozen=True)
class Run:
    """One run of `autodoc generate`, with the bytes that it wrote."""

    measured: Measured
    outcome: Mapping[str, Any]
    files: Mapping[str, bytes]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure every chosen repository."""
    parser = subject_parser("generate", __doc__)
    parser.add_argument("--keep", type=Path, help="copy the pages to this folder")
    options = parser.parse_args(arguments)
    results = examine_chosen(
        options.only, lambda subject, place: examine(subject, options.mirrors, place, options.keep)
    )
    recorded = json.loads(RESULTS.read_text())["results"] if RESULTS.exists() else []
    together = merged(recorded, results)
    RESULTS.write_text(json.dumps({"results": together}, indent=1) + "\n")
    tables = f"{validity(together)}\n\n{speed(together)}"
    README.write_text(put_between(README.read_text(), "generate", tables))
    return exit_status([promise for result in results for promise in broken_promises(result)])


def subject_parser(program: str, description: str | None) -> argparse.ArgumentParser:
    """Make a parser that asks where the copies are, and which repositories are chosen."""
    parser = argparse.ArgumentParser(prog=program, description=description)
    parser.add_argument("--mirrors", type=Path, required=True, help="the folder of the copies")
    parser.add_argument("--only", action="append", help="a name; the others keep their figures")
    return parser


def examine_chosen(
    only: Sequence[str] | None, examine: Callable[[Subject, Path], dict[str, Any]]
) -> list[dict[str, Any]]:
    """Examine each chosen repository in a folder of its own, and print what came of it."""
    results = []
    for subject in load_subjects():
        if only and subject.name not in only:
            continue
        with own_folder("benchmark") as place:
            result = examine(subject, place)
        results.append(result)
        print(json.dumps(result, indent=1))
    return results


def exit_status(broken: Sequence[str]) -> int:
    """Print what was not kept, and return the status to end with."""
    for promise in broken:
        print(promise, file=sys.stderr)
    return 1 if broken else 0


def load_subjects() -> list[Subject]:
    """Read the list of repositories."""
    listed = tomllib.loads((HERE / "repositories.toml").read_text())["repository"]
    return [Subject(**each) for each in listed]


def load_large() -> Subject:
    """Read which repository stands for large ones."""
    return Subject(**tomllib.loads((HERE / "repositories.toml").read_text())["large"])


def machine() -> dict[str, object]:
    """Say what the figures were measured on."""
    return {
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "architecture": platform.machine(),
        "system": platform.system(),
        "python": platform.python_version(),
    }


def examine(subject: Subject, mirrors: Path, place: Path, keep: Path | None) -> dict[str, Any]:
    """Document one repository three times and judge what came of it."""
    mirror = subject.mirror(mirrors)
    commit = read_commit(mirror, subject.commit)
    first, other = place / "first" / subject.name, place / "other" / subject.name
    for checkout in (first, other):
        check_out(mirror, subject, checkout)
    runs = {
        "cold": generate(first, place / "out", place / "data"),
        "second": generate(first, place / "out", place / "data"),
        "fresh": generate(other, place / "out-fresh", place / "data-fresh"),
    }
    if keep:
        shutil.copytree(place / "out", keep / subject.name, dirs_exist_ok=True)
    checked = check(first, place / "out", place / "data")
    return summarize(subject, commit, runs) | {"check_findings": checked}


def check_out(mirror: Path, subject: Subject, checkout: Path) -> None:
    """Make the checkout that somebody would have who cloned the repository from its address."""
    checkout.mkdir(parents=True)
    _git("-C", str(checkout), "init", "--quiet", "--initial-branch", "main")
    source = f"file://{mirror.resolve()}"
    _git("-C", str(checkout), "fetch", "--quiet", "--depth", "1", source, subject.commit)
    _git("-C", str(checkout), "remote", "add", "origin", subject.url)
    _git("-C", str(checkout), "checkout", "--quiet", "-B", "main", "FETCH_HEAD")


def _git(*arguments: str) -> None:
    command = ("git", "-c", "safe.directory=*", *arguments)
    subprocess.run(command, check=True, capture_output=True, timeout=TIMEOUT)


def generate(checkout: Path, output: Path, data_dir: Path) -> Run:
    """Run the command as a person would, without any setting but the data directory."""
    environment = plain_environment(data_dir)
    command = (sys.executable, "-m", "app", "generate", str(checkout), "-o", str(output), "--json")
    measured = measure(command, environment, data_dir, TIMEOUT)
    if not measured.output.strip():
        raise SystemExit(f"autodoc generate ended with {measured.status}: {measured.errors}")
    return Run(measured, json.loads(measured.output), read_folder(output))


def plain_environment(data_dir: Path) -> dict[str, str]:
    """Give the environment of somebody who has set nothing."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AUTODOC_", "PREFECT_"))
    }
    return environment | {"AUTODOC_DATA_DIR": str(data_dir)}


def check(checkout: Path, output: Path, data_dir: Path) -> dict[str, int]:
    """Count what `autodoc check` finds in the pages, by rule."""
    program = (sys.executable, "-m", "app", "check", str(output))
    command = (*program, "--repo", str(checkout), "--json")
    measured = measure(command, plain_environment(data_dir), data_dir, TIMEOUT)
    if measured.status not in (0, 1):
        raise SystemExit(f"autodoc check ended with {measured.status}: {measured.errors}")
    return dict(Counter(finding["rule"] for finding in json.loads(measured.output)))


def summarize(subject: Subject, commit: Commit, runs: Mapping[str, Run]) -> dict[str, Any]:
    """Put together what is recorded of one repository."""
    cold = runs["cold"]
    site = Site(dict(cold.files), commit)
    findings = judge(site)
    return {
        **asdict(subject),
        "machine": machine(),
        "files": len(commit.files),
        "source_files": cold.outcome["files"],
        "symbols": cold.outcome["symbols"],
        "pages": cold.outcome["pages"],
        "withheld": len(cold.outcome["withheld"]),
        "judged": count(site),
        "second_findings": dict(Counter(finding.rule for finding in findings)),
        "examples": [_line(finding) for finding in findings[:20]],
        "same_bytes_again": runs["second"].files == cold.files,
        "same_bytes_fresh": runs["fresh"].files == cold.files,
        "differing": sorted({*differing(cold, runs["second"]), *differing(cold, runs["fresh"])}),
        "symbols_per_s": round(cold.outcome["symbols"] / cold.measured.wall_s),
        "runs": {name: _figures(run) for name, run in runs.items()},
    }


def differing(one: Run, other: Run) -> Iterator[str]:
    """List the files that two runs did not write alike."""
    for path in one.files.keys() | other.files.keys():
        if one.files.get(path) != other.files.get(path):
            yield path


def _line(finding: Finding) -> str:
    return f"{finding.page}:{finding.line}: {finding.rule}: {finding.message}"


def _figures(run: Run) -> dict[str, object]:
    return {
        "status": run.measured.status,
        "wall_s": run.measured.wall_s,
        "cpu_s": run.measured.cpu_s,
        "peak_mb": run.measured.peak_mb,
        "parsed": run.outcome["parsed"],
        "cached": run.outcome["cached"],
    }


def broken_promises(result: Mapping[str, Any]) -> Iterator[str]:
    """Say which of the promises a repository's result breaks."""
    name = result["name"]
    if result["withheld"]:
        yield f"{name}: {result['withheld']} pages were withheld"
    if result["check_findings"]:
        yield f"{name}: `autodoc check` finds {result['check_findings']}"
    if result["second_findings"]:
        yield f"{name}: the second checker finds {result['second_findings']}"
    if not (result["same_bytes_again"] and result["same_bytes_fresh"]):
        yield f"{name}: the same commit gave other bytes in {', '.join(result['differing'][:5])}"
    if result["runs"]["second"]["parsed"]:
        yield f"{name}: the second run parsed {result['runs']['second']['parsed']} files"
    if any(run["status"] for run in result["runs"].values()):
        yield f"{name}: a run did not end with status 0"


def merged(
    recorded: Sequence[dict[str, Any]], measured: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Put new figures in the place of old ones, in the order of the list of repositories."""
    each = {result["name"]: result for result in (*recorded, *measured)}
    return [each[subject.name] for subject in load_subjects() if subject.name in each]


def put_between(readme: str, name: str, text: str) -> str:
    """Put a text between the marks of its name in a README."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    head, _, rest = readme.partition(begin)
    _, _, tail = rest.partition(end)
    return f"{head}{begin}\n{text}\n{end}{tail}"


def validity(results: Sequence[Mapping[str, Any]]) -> str:
    """Draw as a Markdown table what was judged and what was found."""
    columns = (
        *("Repository", "Files", "Pages", "Withheld", "Paths", "Ranges", "Links", "Anchors"),
        *("Code blocks", "Diagrams", "`autodoc check` finds", "Second check finds", "Exact names"),
    )
    return draw_table(columns, [_judged_cells(result) for result in results])


def speed(results: Sequence[Mapping[str, Any]]) -> str:
    """Draw as a Markdown table what the runs took."""
    columns = (
        *("Repository", "Symbols", "Same bytes", "Cold: wall, CPU, memory", "Symbols/s"),
        *("Second run: wall, CPU", "Parsed again", "Load of the machine"),
    )
    return draw_table(columns, [_speed_cells(result) for result in results])


def draw_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Draw a Markdown table."""
    return "\n".join(_row(cells) for cells in (columns, ["---"] * len(columns), *rows))


def _row(cells: Sequence[object]) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def _judged_cells(result: Mapping[str, Any]) -> Sequence[object]:
    judged = result["judged"]
    kinds = ("paths", "ranges", "links", "anchors", "blocks", "diagrams")
    name = f"[{result['name']}]({result['url']}/tree/{result['commit']}) ({result['language']})"
    return (
        *(name, result["files"], result["pages"], result["withheld"]),
        *(f"{judged[kind]:,}" for kind in kinds),
        sum(result["check_findings"].values()),
        sum(result["second_findings"].values()),
        percent(judged["exact_symbols"], judged["symbols"]) + f" of {judged['symbols']:,}",
    )


def percent(part: int, whole: int) -> str:
    """Write a share, rounded down, so that only all of it is 100 %."""
    return f"{int(1000 * part / whole) / 10:g} %" if whole else "none"


def _speed_cells(result: Mapping[str, Any]) -> Sequence[object]:
    cold, second = result["runs"]["cold"], result["runs"]["second"]
    same = result["same_bytes_again"] and result["same_bytes_fresh"]
    return (
        *(result["name"], f"{result['symbols']:,}", "yes" if same else "no"),
        f"{cold['wall_s']:.1f} s, {cold['cpu_s']:.1f} s, {cold['peak_mb']:.0f} MB",
        result["symbols_per_s"],
        f"{second['wall_s']:.1f} s, {second['cpu_s']:.1f} s",
        second["parsed"],
        result["machine"]["load"],
    )


if __name__ == "__main__":
    sys.exit(main())
