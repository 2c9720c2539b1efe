"""Commands of Python programs: argparse, click, typer."""

from tests.unit.app.analysis.offers.shown import commands, variables


def test_argparse_parsers_are_followed_by_the_names_they_are_assigned_to() -> None:
    assert commands(
        "python",
        """\
        import argparse
        def run(args): ...
        def main():
            parser = argparse.ArgumentParser(prog="shop", description="Sell things.")
            group = parser.add_mutually_exclusive_group()
            group.add_argument("-v", "--verbose", action="store_true", help="Say "
                               "more.")
            sub = parser.add_subparsers()
            cart = sub.add_parser("cart", help="The cart.")
            items = cart.add_subparsers()
            add = items.add_parser("add")
            add.add_argument("name", metavar="NAME")
            add.add_argument("--count", type=int, default=DEFAULT_COUNT, required=True)
            add.set_defaults(func=run)
        """,
    ) == [
        "4 (program): Sell things.",
        "  6 -v --verbose: Say more.",
        "9 cart: The cart.",
        "11 cart add -> run",
        "  12 name NAME required",
        "  13 --count int = DEFAULT_COUNT required",
    ]


def test_argparse_flags_of_helpers_and_parents_belong_to_the_parsers_that_take_them() -> None:
    assert commands(
        "python",
        """\
        import argparse
        common = argparse.ArgumentParser(add_help=False)
        common.add_argument("--quiet", action="store_true")
        def add_paths(parser):
            parser.add_argument("path", nargs="?", default=".")
        parser = argparse.ArgumentParser(parents=[common])
        add_paths(parser)
        """,
    ) == ["6 (program)", '  5 path = "."', "  3 --quiet"]


def test_argparse_names_that_are_computed_are_left_out() -> None:
    assert commands(
        "python",
        """\
        import argparse
        parser = argparse.ArgumentParser()
        sub = parser.add_subparsers()
        parser.add_argument(NAME)
        parser.add_argument(f"--{NAME}")
        one = sub.add_parser("one")
        one = sub.add_parser(NAME)
        one.add_argument("--of-whom")
        def other(parser):
            parser.add_argument("--of-another")
        """,
    ) == ["2 (program)", "6 one"]


def test_click_commands_take_their_groups_names() -> None:
    assert commands(
        "python",
        '''\
        import click
        @click.group()
        @click.version_option()
        def cli(): ...
        @cli.group("db")
        def database(): """The database."""
        @database.command()
        @click.argument("target", type=click.Path(exists=True))
        @click.option("--dry-run/--wet", "dry", default=True, help="Change nothing.")
        @click.option("-n", "--number", type=int, required=True)
        @click.option(NAME)
        def init_data_command(target): """Fill it.\\n\\n\\fHidden."""
        ''',
    ) == [
        "2 (program) -> cli",
        "  3 --version",
        "5 db -> database: The database.",
        "7 db init-data -> init_data_command: Fill it.",
        "  8 target Path required",
        "  9 --dry-run --wet = True: Change nothing.",
        "  10 -n --number int required",
    ]


def test_click_commands_are_attached_by_add_command_too() -> None:
    assert commands(
        "python",
        """\
        import click
        @click.group()
        def cli(): ...
        @click.command
        def first(): ...
        @click.command()
        def second(): ...
        cli.add_command(first)
        cli.add_command(second, name="other")
        """,
    ) == ["2 (program) -> cli", "5 first -> first", "6 other -> second"]


def test_a_bot_with_commands_is_no_program() -> None:
    assert commands("python", "@bot.command()\ndef ping(context): ...\n") == []


def test_typer_makes_flags_of_parameters() -> None:
    assert commands(
        "python",
        '''\
        from typing import Annotated
        import typer
        app = typer.Typer()
        users = typer.Typer()
        app.add_typer(users, name="users")
        @app.callback()
        def main(verbose: bool = False): ...
        @users.command("add")
        def add_user(
            context: typer.Context,
            name: str,
            as_admin: Annotated[bool, typer.Option(help="With all rights.")] = False,
            as_json: Annotated[bool, typer.Option("--json")] = False,
            age: int = typer.Option(..., "--age", "-a", metavar="YEARS"),
            folder: Unknown = None,
        ):
            """Add one."""
        app.command()(elsewhere.delete_user)
        app.command(hidden=True)(elsewhere.spy)
        app.add_typer(elsewhere.app, name="carts")
        ''',
    ) == [
        "6 (program) -> main",
        "  7 --verbose --no-verbose = False",
        "8 users add -> add_user: Add one.",
        "  11 name str required",
        "  12 --as-admin --no-as-admin = False: With all rights.",
        "  13 --json = False",
        "  14 --age -a YEARS required",
        "18 delete-user",
        "20 carts",
    ]


def test_a_function_with_typers_marks_is_a_command_that_another_file_registers() -> None:
    assert commands(
        "python",
        """\
        import typer
        from typing import Annotated
        def find_all(words: Annotated[str, typer.Argument(help="What.")]): ...
        def helper(name: str): ...
        """,
    ) == ["3 find-all -> find_all", "  3 words str required: What."]


def test_the_only_command_of_a_typer_that_is_run_is_the_program() -> None:
    source = "import typer\napp = typer.Typer()\n@app.command()\ndef go(): ...\n"

    assert commands("python", source) == ["3 go -> go"]
    assert commands("python", f"{source}app()\n") == ["3 (program) -> go"]


def test_variables_that_fill_options_are_read() -> None:
    assert variables(
        "python",
        """\
        import click
        @click.command()
        @click.option("--token", envvar="SHOP_TOKEN")
        @click.option("--key", envvar=["SHOP_KEY", "KEY"])
        def main(): ...
        """,
    ) == ["3 SHOP_TOKEN", "4 SHOP_KEY", "4 KEY"]


def test_groups_that_a_file_only_imports_are_named_where_they_are_made() -> None:
    source = """\
        import typer
        from shop import app, other, sub
        sub.add_typer(other)
        app.add_typer(sub)

        @other.command()
        def go(): ...
    """

    assert commands("python", source) == ["6 go -> go"]
