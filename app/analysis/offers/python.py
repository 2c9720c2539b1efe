"""What Python offers."""

from app.analysis.offers.python_argparse import argparse_commands
from app.analysis.offers.python_click import click_commands, flag_variables
from app.analysis.offers.python_routes import routes
from app.analysis.offers.python_settings import settings, single_variables
from app.analysis.offers.python_tests import tests
from app.analysis.offers.python_typer import typer_commands
from app.analysis.offers.view import Offers, View


def offers(view: View) -> Offers:
    """Ask each framework's reader; each looks at the bytes before it looks at the tree."""
    found = list(tests(view))
    environment = [*flag_variables(view), *single_variables(view)]
    if found:
        return Offers(tests=found, environment=environment)
    return Offers(
        commands=[*argparse_commands(view), *click_commands(view), *typer_commands(view)],
        routes=list(routes(view)),
        settings=list(settings(view)),
        environment=environment,
    )
