"""What Go offers."""

import re
from collections.abc import Iterator

from tree_sitter import Node

from app.analysis.languages.reader import line_of
from app.analysis.offers.go_chains import chain_variables, kingpin_commands, urfave_commands
from app.analysis.offers.go_commands import cobra_commands, plain_flags
from app.analysis.offers.go_routes import routes
from app.analysis.offers.view import Offers, View
from app.domain.code.artifacts import NamedTest, Setting
from app.domain.code.facts import EnvironmentVariable

_TEST_PACKAGE = re.compile(rb"^package \w+_test\b", re.MULTILINE)
_TEST = re.compile(r"(?:Test|Fuzz)(?![a-z])\w*")
_EXAMPLE = re.compile(r"Example(?![a-z])\w*")
_TAG = re.compile(r'(?:^|\s)env:"([A-Za-z_]\w*)[^"]*"')
_TAG_DEFAULT = re.compile(r'(?:^|\s)envDefault:"([^"]*)"')


def offers(view: View) -> Offers:
    """Ask each framework's reader; each looks at the bytes before it looks at the tree."""
    found = list(_tests(view))
    environment = [*_tagged(view), *_bound(view), *chain_variables(view)]
    if found:
        return Offers(tests=found, environment=environment)
    return Offers(
        commands=[
            *cobra_commands(view),
            *plain_flags(view),
            *kingpin_commands(view),
            *urfave_commands(view),
        ],
        routes=list(routes(view)),
        settings=list(_defaults(view)),
        environment=environment,
    )


def _tests(view: View) -> Iterator[NamedTest]:
    is_package = _TEST_PACKAGE.search(view.content) is not None
    if b"testing" not in view.content and not is_package:
        return
    for node in view.source.root.named_children:
        if node.type != "function_declaration":
            continue
        name = view.text(node.child_by_field_name("name"))
        takes = view.text(node.child_by_field_name("parameters"))
        is_test = _TEST.fullmatch(name) and ("testing.T" in takes or "testing.F" in takes)
        if is_test or (is_package and _EXAMPLE.fullmatch(name) and takes == "()"):
            yield NamedTest(name=name, line=line_of(node))


def _tagged(view: View) -> Iterator[EnvironmentVariable]:
    """Read `env:"NAME" envDefault:"x"` on a field, unless the file puts a prefix before some."""
    if b'env:"' not in view.content or b"envPrefix" in view.content:
        return
    for node in view.nodes("field_declaration"):
        tag = view.literal(node.child_by_field_name("tag")) or ""
        match, default = _TAG.search(tag), _TAG_DEFAULT.search(tag)
        if match is not None:
            text = default[1] if default is not None else None
            yield EnvironmentVariable(name=match[1], line=_line_of_tag(node), default=text)


def _line_of_tag(node: Node) -> int:
    return line_of(node.child_by_field_name("tag") or node)


def _bound(view: View) -> Iterator[EnvironmentVariable]:
    """Read viper's `BindEnv("key", "NAME")`."""
    for call in view.calls if b"viper.BindEnv" in view.content else ():
        if call.on == "viper" and call.name == "BindEnv":
            for each in call.positional[1:]:
                name = view.literal(each)
                if name:
                    yield EnvironmentVariable(name=name, line=line_of(each))


def _defaults(view: View) -> Iterator[Setting]:
    """Read viper's `SetDefault("key", value)`."""
    for call in view.calls if b"viper.SetDefault" in view.content else ():
        name = view.literal(call.argument(0))
        if call.on == "viper" and call.name == "SetDefault" and name:
            default = view.default(call.argument(1))
            yield Setting(name=name, line=line_of(call.positional[0]), default=default)
