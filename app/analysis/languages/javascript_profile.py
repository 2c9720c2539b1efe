"""How the walk reads JavaScript and TypeScript: types are annotations, not code."""

from app.analysis.syntax import DROPPED, Opens, Place, Profile, Reach


def _string(text: str) -> str:
    return '"' + text[1:-1].replace("\\'", "'").replace('\\"', '"')


def _markup_text(text: str) -> str:
    return " ".join(text.split())


_JAVASCRIPT_BINDERS: dict[Place, Reach] = {
    ("function_declaration", "name"): Reach.OUTER,
    ("generator_function_declaration", "name"): Reach.OUTER,
    ("variable_declarator", "name"): Reach.HERE,
    ("formal_parameters", ""): Reach.HERE,
    ("arrow_function", "parameter"): Reach.HERE,
    ("catch_clause", "parameter"): Reach.HERE,
    ("for_in_statement", "left"): Reach.HERE,
    ("function_expression", "name"): Reach.HERE,
}

_FUNCTION_SCOPES = (
    "function_declaration",
    "generator_function_declaration",
    "function_expression",
    "generator_function",
    "arrow_function",
    "method_definition",
)

_BLOCK_SCOPES = (
    "statement_block",
    "for_statement",
    "for_in_statement",
    "catch_clause",
    "switch_body",
    "class_static_block",
)

_PATTERNS: frozenset[Place] = frozenset(
    {
        ("array_pattern", ""),
        ("object_pattern", ""),
        ("rest_pattern", ""),
        ("pair_pattern", "value"),
        ("assignment_pattern", "left"),
        ("object_assignment_pattern", "left"),
        ("required_parameter", "pattern"),
        ("optional_parameter", "pattern"),
    }
)

PROFILE = Profile(
    comments=frozenset({"comment", "html_comment"}),
    annotations=frozenset(
        {"type_annotation", "type_arguments", "type_parameters", "implements_clause"}
        | {"accessibility_modifier", "override_modifier", "type_predicate_annotation"}
        | {"asserts_annotation", "index_signature", "opting_type_annotation"}
        | {"omitting_type_annotation", "adding_type_annotation"}
    ),
    verbatim=frozenset({"interface_declaration", "type_alias_declaration"}),
    transparent=frozenset(
        {"parenthesized_expression", "formal_parameters", "required_parameter"}
        | {"optional_parameter", "export_statement", "type_assertion"}
    ),
    first_only=frozenset({"as_expression", "satisfies_expression", "non_null_expression"}),
    atoms=frozenset({"string", "regex"}),
    strings=frozenset({"string"}),
    dropped=DROPPED | {"readonly", "declare", "abstract", "export", "default"},
    kept=frozenset({("switch_default", "default")}),
    silent=frozenset(
        {("optional_parameter", "?"), ("public_field_definition", "?")}
        | {("public_field_definition", "!"), ("variable_declarator", "!")}
        | {("method_definition", "?"), ("method_signature", "?")}
    ),
    normal={"string": _string, "number": str.lower, "jsx_text": _markup_text},
    scopes={
        **dict.fromkeys(_FUNCTION_SCOPES, Opens.FUNCTION),
        **dict.fromkeys(_BLOCK_SCOPES, Opens.BLOCK),
    },
    binders=_JAVASCRIPT_BINDERS,
    hoisted=frozenset({"variable_declaration"}),
    patterns=_PATTERNS,
    shorthands=frozenset(
        {"shorthand_property_identifier", "shorthand_property_identifier_pattern"}
    ),
    long_forms={
        "shorthand_property_identifier": "pair",
        "shorthand_property_identifier_pattern": "pair_pattern",
    },
    holes=frozenset({"array", "array_pattern"}),
)
