"""What AutoDoc says in a scope's README.md and AGENTS.md, where the configuration asks for it."""

import posixpath
import re
from collections import Counter
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from app.domain.code.facts import RepositoryFacts
from app.domain.wiki.configuration.config import Config, Readme
from app.domain.wiki.narrative.brief_facts import command_line
from app.domain.wiki.navigation import MODULES, way
from app.domain.wiki.page import PageKind, RenderedPage
from app.domain.wiki.roles import is_test
from app.domain.wiki.site.guide_block import AGENTS, README, Block
from app.domain.wiki.site.llms import summary_of
from app.domain.wiki.words.prose import code_span, escape

_MOST_PAGES = 20
_MOST_COMMANDS = 8
"""Of each kind; a file for agents is read whole before each of their tasks."""
_MOST_FOLDERS = 20
_KINDS = {
    "Build": "build compile bundle install setup bootstrap deps generate",
    "Test": "test tests unit unittest integration e2e spec coverage cover soak",
    "Lint": "lint check checks format fmt fix style types typecheck type-check mypy vet clippy",
}
_TOOLS = frozenset(
    ("make", "just", "task", "npm", "pnpm", "yarn", "npx", "bun", "go", "cargo", "pytest", "tox",
     "nox", "uv", "poetry", "hatch", "pdm", "ruff", "mypy", "eslint", "tsc", "vitest", "jest",
     "gradle", "./gradlew", "mvn", "./mvnw", "rake", "bundle", "dotnet", "cmake", "ctest",
     "composer", "swift", "sbt", "black", "python")
)  # fmt: skip
_LAUNCHERS = frozenset({"npx"})
"""They fetch and run whatever package they are given."""
_INTERPRETERS = frozenset({"python"})
_COMMON_WORDS = frozenset(" ".join(_KINDS.values()).split()) | frozenset(
    ("all", "assemble", "ci", "clean", "download", "exec", "frozen", "mod", "package", "restore",
     "run", "sync", "tidy", "verify")
)  # fmt: skip
_HERE = frozenset({".", "./..."})
_FLAG = re.compile(r"--?[A-Za-z][\w-]{0,30}(?:=[\w./:@*+-]{1,40})?")
_PLAIN_NAME = re.compile(r"[\w.:-]{1,40}")
_PLAIN_COMMAND = re.compile(r"[\w./@:=+\[\]*-]+(?: [\w./@:=+\[\]*-]+){0,5}")
_PLAIN_FOLDER = re.compile(r"[\w.@+-]{1,60}")
"""Other names stay out: what agents obey holds nothing that could be read as a sentence."""
_LANGUAGES = {
    "bash": "shell", "c": "C", "c_sharp": "C#", "cpp": "C++", "go": "Go", "java": "Java",
    "javascript": "JavaScript", "kotlin": "Kotlin", "php": "PHP", "python": "Python",
    "ruby": "Ruby", "rust": "Rust", "scala": "Scala", "swift": "Swift", "tsx": "TSX",
    "typescript": "TypeScript",
}  # fmt: skip
_BY_ECOSYSTEM = {
    "go": (("Build", "go build ./..."), ("Test", "go test ./..."), ("Lint", "go vet ./...")),
    "cargo": (("Build", "cargo build"), ("Test", "cargo test")),
}


def write_guides(
    config: Config, facts: RepositoryFacts, title: str, pages: Sequence[RenderedPage]
) -> dict[str, Block]:
    """Write the blocks that the configuration asks for, by the name of their file."""
    guides = {}
    home = next((each for each in pages if each.spec.kind is PageKind.HOME), None)
    if config.readme is Readme.ROOT and home is not None:
        guides[README] = Block(
            text=_readme(config, home, pages), title=escape(title), obstacle=_other_readme(facts)
        )
    if config.agents:
        # Agents obey this file, so that no word of it is a model's.
        guides[AGENTS] = Block(text=_agents(config, facts, home), title=escape(facts.name))
    return guides


def _readme(config: Config, home: RenderedPage, pages: Sequence[RenderedPage]) -> str:
    """Distil the front page: what the project is, unless the README itself says so, and the way."""
    listed = [each.spec for each in pages if each is not home and each.spec.section != MODULES]
    links = [
        f"- [{escape(each.title)}]({_way(config, each.path)})"
        + (f": {escape(each.purpose)}" if each.purpose else "")
        for each in listed[:_MOST_PAGES]
    ]
    is_quoted = "\n> " in home.markdown.partition("\n## ")[0]
    summary = "" if is_quoted else escape(summary_of(home))
    front = _way(config, home.spec.path)
    parts = [
        "## Documentation",
        summary,
        f"[{escape(home.spec.title)}]({front}) is the front page of the documentation that AutoDoc"
        " writes from the code.",
        "\n".join(links),
    ]
    return "\n\n".join(filter(None, parts))


def _way(config: Config, path: str) -> str:
    return way(README, posixpath.join(config.output, path))


def _other_readme(facts: RepositoryFacts) -> str:
    """Name a README that is not in Markdown, or not called so."""
    for path in sorted(facts.paths):
        folder, name = posixpath.split(path)
        is_readme = name.lower().partition(".")[0] == "readme" and name != README
        if folder == facts.folder and is_readme:
            return f"there is {code_span(name)} already"
    return ""


def _agents(config: Config, facts: RepositoryFacts, home: RenderedPage | None) -> str:
    commands = _commands(facts)
    parts = ["## About this repository"]
    for kind in _KINDS:
        found = [command for each, command in commands if each == kind][:_MOST_COMMANDS]
        parts += [f"{kind}:", "\n".join(f"- {code_span(each)}" for each in found)] if found else []
    folders = _folders(facts)
    parts += ["Layout:", "\n".join(folders)] if folders else []
    if home is not None:
        front = _way(config, home.spec.path)
        parts.append(f"Documentation, written from the code: [{front}]({front})")
    return "\n\n".join(parts)


def _commands(facts: RepositoryFacts) -> list[tuple[str, str]]:
    """List commands by what they are for; what CI runs where no target or script is for that."""
    manifests = [each for each in facts.manifests if facts.is_top(each.path)]
    named = [
        (each.name, f"{each.runner} {each.name}")
        for each in facts.make_targets
        if facts.is_top(each.path)
    ]
    named += [
        (script.name, command_line(each, script))
        for each in manifests
        if each.ecosystem == "npm"
        for script in each.scripts
        if not script.installed
    ]
    plain = [pair for pair in named if _PLAIN_NAME.fullmatch(pair[0])]
    # The target `test` is more of an answer than `test-on-windows`.
    plain.sort(key=lambda pair: len(_words(pair[0])) > 1)
    found = [(_kind(name), command) for name, command in plain]
    told = {kind for kind, _ in found}
    known = [pair for each in manifests for pair in _BY_ECOSYSTEM.get(each.ecosystem, ())]
    known += [(_kind(command), command) for command in _in_ci(facts)]
    return list(dict.fromkeys([*found, *(pair for pair in known if pair[0] not in told)]))


def _in_ci(facts: RepositoryFacts) -> list[str]:
    declared = _declared(facts)
    return [
        command
        for job in facts.ci_jobs
        for command in job.commands
        if _PLAIN_COMMAND.fullmatch(command) and _is_known(command, facts, declared)
    ]


def _is_known(command: str, facts: RepositoryFacts, declared: AbstractSet[str]) -> bool:
    """Say whether a command consists of nothing but what has no other meaning than to run.

    Its program is a common tool or a file of the repository; each further word a flag, a path of
    the commit, a common word of such tools, and at most one a name that the repository gave.
    """
    program, *words = command.split()
    named = [each for each in words if not _FLAG.fullmatch(each)]
    first = named[:1]
    if program in _LAUNCHERS and not (first and first[0] in declared):
        return False
    if program in _INTERPRETERS and words[:1] != ["-m"] and not _are_paths(first, facts):
        return False
    own = [
        each
        for each in named
        if each not in _TOOLS | _COMMON_WORDS and not _are_paths([each], facts)
    ]
    is_tool = program in _TOOLS or _are_paths([program], facts)
    return is_tool and len(own) <= 1 and set(own) <= declared


def _are_paths(words: Sequence[str], facts: RepositoryFacts) -> bool:
    return bool(words) and all(
        each in _HERE or each.removeprefix("./").rstrip("/") in facts.paths for each in words
    )


def _declared(facts: RepositoryFacts) -> frozenset[str]:
    """Collect the names of packages and scripts that the repository's manifests give."""
    scripts = (each.name for manifest in facts.manifests for each in manifest.scripts)
    packages = (each.name for manifest in facts.manifests for each in manifest.dependencies)
    return frozenset((*scripts, *packages, *(each.name for each in facts.make_targets)))


def _kind(command: str) -> str:
    """Say what a command is for by the words in it; nothing when it says none of ours."""
    words = set(_words(command))
    words |= {"test"} & {"test" for word in words if word in ("pytest", "vitest", "jest", "ctest")}
    kinds = [kind for kind, known in _KINDS.items() if words & set(known.split())]
    return kinds[-1] if kinds else ""


def _words(command: str) -> list[str]:
    return re.split(r"[\s:_./-]+", command.lower())


def _folders(facts: RepositoryFacts) -> list[str]:
    """List the folders at the top with what lies in them."""
    start = f"{facts.folder}/" if facts.folder else ""
    languages: dict[str, Counter[str]] = {}
    tests: Counter[str] = Counter()
    for path, file in facts.files.items():
        folder, mark, _ = path.removeprefix(start).partition("/")
        if mark and _PLAIN_FOLDER.fullmatch(folder):
            languages.setdefault(folder, Counter())[file.language] += 1
            tests[folder] += is_test(path)
    largest = sorted(languages, key=lambda each: (-languages[each].total(), each))
    return [
        f"- {code_span(f'{each}/')}: {_told(languages[each], tests[each])}"
        for each in sorted(largest[:_MOST_FOLDERS])
    ]


def _told(languages: Counter[str], tests: int) -> str:
    counted = sorted(languages.items(), key=lambda pair: (-pair[1], pair[0]))
    total = languages.total()
    files = [f"{count} in {_LANGUAGES.get(name, name)}" for name, count in counted[:3]]
    for_tests = f", {tests} of them for tests" if tests else ""
    return f"{total} source {'file' if total == 1 else 'files'} ({', '.join(files)}){for_tests}"
