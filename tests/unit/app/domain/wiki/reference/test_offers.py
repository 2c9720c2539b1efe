from app.domain.code.artifacts import (
    CiJob,
    CliCommand,
    DockerStage,
    Flag,
    Licence,
    NamedTest,
    Route,
    Service,
    Setting,
)
from app.domain.code.facts import (
    EnvironmentVariable,
    FileFacts,
    ImportEdge,
    MakeTarget,
    RepositoryFacts,
)
from app.domain.code.symbol import SymbolKind
from app.domain.wiki.reference.pages import plan_reference, write_reference
from tests.fakes.facts import file_facts, repository, shop, symbol
from tests.unit.app.domain.wiki.pages import ORIGIN


def written(page: str, facts: RepositoryFacts) -> str:
    spec = next(each for each in plan_reference(facts) if each.id == page)
    return write_reference(spec, facts, ORIGIN).markdown


def one_file(path: str, file: FileFacts) -> RepositoryFacts:
    return repository({path: file})


def test_a_program_shows_its_commands_with_usage_help_and_options() -> None:
    base = shop()
    command = CliCommand(
        name="add item",
        line=11,
        help="Put an item into the cart.\n\nIt may be there already.",
        handler="main",
        flags=(
            Flag(names=("NAME",), line=12, required=True, help="What to add."),
            Flag(names=("--count", "-n"), line=13, value="INTEGER", default="1"),
            Flag(names=("--to",), line=14, value="CART", required=True),
            Flag(names=("place",), line=15, value="PATH", default="."),
        ),
    )
    cli = base.files["shop/cli.py"].model_copy(update={"commands": (command,)})
    text = written(
        "commands", base.model_copy(update={"files": {**base.files, "shop/cli.py": cli}})
    )

    assert "## shop (shop/cli.py)\n\n### shop add item" in text
    assert "Usage: `shop add item --to CART [OPTIONS] NAME [PATH]`" in text
    assert "It may be there already." in text
    assert "| `--count`, `-n` | `INTEGER` | `1` |  | [cli.py:13](" in text
    assert "| `NAME` |  | required | What to add. |" in text


def test_a_command_that_another_file_defines_is_told_once_with_its_options() -> None:
    def file(*commands: CliCommand) -> FileFacts:
        return file_facts().model_copy(update={"commands": commands})

    names = ("list", "config", "serve")
    files = {
        "cli/main.py": file(*(CliCommand(name=name, line=n) for n, name in enumerate(names, 3))),
        "cli/list.py": file(CliCommand(name="list", line=8, help="Lists carts.", handler="run")),
        "cli/config.py": file(CliCommand(name="list", line=9, help="Lists keys.", handler="run")),
    }
    edges = [ImportEdge(source="cli/main.py", target=path, line=1) for path in files][1:]
    facts = repository(files).model_copy(update={"edges": tuple(edges)})
    text = written("commands", facts)

    heads = [line for line in text.splitlines() if line.startswith("#")]
    assert heads[1:] == ["## cli/main.py", "### list", "### config", "### config list", "### serve"]
    assert "### list\n\n[list.py:8](" in text
    assert "### serve\n\n[cli/main.py:5](" in text


def test_targets_stand_under_their_runner() -> None:
    facts = repository({"a.py": file_facts()}).model_copy(
        update={
            "make_targets": (
                MakeTarget(name="test", path="sub/Makefile", line=1),
                MakeTarget(name="build", path="Taskfile.yml", line=2, runner="task"),
                MakeTarget(name="fmt", path="justfile", line=3, runner="just", doc="Format."),
            )
        }
    )
    text = written("commands", facts)

    assert "`make -C sub test`" in text
    assert "## Task targets\n\n| Command | Where |\n| --- | --- |\n| `task build` |" in text
    assert "| `just fmt` | Format. |" in text


def test_routes_lead_to_what_answers_them() -> None:
    handler = symbol("show", lines=(4, 9), doc="Show a cart. Or not.")
    routes = (
        Route(path="/carts/<id>", methods=("GET", "HEAD"), line=3, handler="show"),
        Route(path="/any", line=12),
    )
    file = file_facts(symbols=[handler]).model_copy(update={"routes": routes})
    text = written("routes", one_file("web/views.py", file))

    assert "| GET, HEAD | `/carts/<id>` | [`show`](" in text
    assert "#L4-L9) | Show a cart. | [views.py:3](" in text
    assert "|  | `/any` |  |  | [views.py:12](" in text


def test_routes_and_commands_of_tests_are_no_offer() -> None:
    file = file_facts().model_copy(update={"routes": (Route(path="/", line=1),)})

    assert "routes" not in {each.id for each in plan_reference(one_file("tests/test_a.py", file))}


def test_variables_stand_under_those_who_read_them() -> None:
    def reads(*names: str) -> FileFacts:
        return file_facts(environment=[EnvironmentVariable(name=each, line=1) for each in names])

    files = {
        "shop.py": reads("PORT"),
        "benchmarks/run.py": reads("PORT", "LABEL"),
        "tests/test_a.py": reads("LABEL", "CI"),
    }
    text = written("environment", repository(files))

    order = ["## Read by the code", "`PORT`", "scripts only", "`LABEL`", "tests only", "`CI`"]
    assert [text.index(each) for each in order] == sorted(text.index(each) for each in order)


def test_settings_and_variables_share_a_page() -> None:
    owner = symbol("Settings", SymbolKind.CLASS, (1, 9), doc="What can be set.")
    settings = (
        Setting(name="Settings.port", line=3, annotation="int", default="80", environment="PORT"),
        Setting(
            name="Settings.token", line=4, annotation="str", doc="Opens the door.", required=True
        ),
        Setting(name="Settings.mark", line=5, annotation="str"),
    )
    reads = (EnvironmentVariable(name="PORT", line=20),)
    file = file_facts(symbols=[owner], environment=reads).model_copy(update={"settings": settings})
    text = written("environment", one_file("app/settings.py", file))

    assert "## Settings\n\nWhat can be set. ([settings.py:1](" in text
    assert "| `port` | `PORT` | `int` | `80` |  | [settings.py:3](" in text
    assert "| `token` |  | `str` | required | Opens the door. |" in text
    assert "| `mark` |  | `str` |  |  |" in text
    assert "| `PORT` | `80` | [settings.py:3](" in text
    assert "[settings.py:20](" in text


def test_a_build_shows_jobs_images_services_and_licences() -> None:
    facts = repository({"a.py": file_facts()}).model_copy(
        update={
            "ci_jobs": (
                CiJob(
                    path=".github/workflows/ci.yml",
                    line=5,
                    name="test",
                    workflow="CI",
                    triggers=("push", "pull_request"),
                    commands=("make test", "echo '```'"),
                ),
            ),
            "docker_stages": (
                DockerStage(path="Dockerfile", line=1, base="python:3.11", name="b"),
            ),
            "services": (Service(path="compose.yml", line=2, name="db", image="postgres:16"),),
            "licences": (Licence(path="LICENSE", name="MIT"), Licence(path="COPYING")),
        }
    )
    text = written("build", facts)

    assert "CI, runs on push, pull_request, [ci.yml](" in text
    assert "### test\n\n[ci.yml:5](" in text
    assert "````sh\nmake test\necho '```'\n````" in text
    assert "| b | `python:3.11` | [Dockerfile:1](" in text
    assert "| db | `postgres:16` | [compose.yml:2](" in text
    assert "| MIT | [LICENSE](" in text
    assert "| not recognised | [COPYING](" in text


def test_tests_are_counted_by_folder() -> None:
    tests = tuple(NamedTest(name=f"adds {n}", line=n) for n in range(1, 4))
    file = file_facts().model_copy(update={"tests": tests})
    text = written("tests", repository({"tests/a.test.ts": file, "src/lib.rs": file}))

    assert "6 tests in 2 files." in text
    assert "## src/\n\n| Test file | Tests |\n| --- | --- |\n| [src/lib.rs](" in text
