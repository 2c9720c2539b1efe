"""What JavaScript and TypeScript offer."""

from app.analysis.offers.javascript_commander import commander_commands, option_variables
from app.analysis.offers.javascript_routes import routes
from app.analysis.offers.javascript_tests import tests
from app.analysis.offers.view import Offers, View


def offers(view: View) -> Offers:
    """Ask each framework's reader; each looks at the bytes before it looks at the tree."""
    found = list(tests(view))
    if found:
        return Offers(tests=found, environment=list(option_variables(view)))
    return Offers(
        commands=list(commander_commands(view)),
        routes=list(routes(view)),
        environment=list(option_variables(view)),
    )
