"""How the walk reads Java: types and annotations are code, who may see a member is not."""

from app.analysis.syntax import DROPPED, Opens, Profile, Reach

_FUNCTIONS = (
    "method_declaration",
    "constructor_declaration",
    "compact_constructor_declaration",
    "lambda_expression",
)
_BLOCKS = (
    "block",
    "for_statement",
    "enhanced_for_statement",
    "try_with_resources_statement",
    "catch_clause",
    "switch_block_statement_group",
    "switch_rule",
)

PROFILE = Profile(
    comments=frozenset({"line_comment", "block_comment"}),
    transparent=frozenset({"parenthesized_expression", "modifiers", "inferred_parameters"}),
    atoms=frozenset({"string_literal", "character_literal"}),
    strings=frozenset({"string_literal"}),
    dropped=DROPPED | {"public", "protected", "private"},
    kept=frozenset({("for_statement", ";"), ("dimensions", "[")}),
    normal={
        kind: lambda text: text.replace("_", "").lower()
        for kind in (
            "decimal_integer_literal",
            "hex_integer_literal",
            "octal_integer_literal",
            "binary_integer_literal",
            "decimal_floating_point_literal",
        )
    },
    scopes={
        **dict.fromkeys(_FUNCTIONS, Opens.FUNCTION),
        **dict.fromkeys(_BLOCKS, Opens.BLOCK),
        "class_body": Opens.CLASS,
        "enum_body": Opens.CLASS,
        "interface_body": Opens.CLASS,
        "annotation_type_body": Opens.CLASS,
    },
    binders={
        ("formal_parameter", "name"): Reach.HERE,
        ("variable_declarator", "name"): Reach.HERE,
        ("catch_formal_parameter", "name"): Reach.HERE,
        ("resource", "name"): Reach.HERE,
        ("enhanced_for_statement", "name"): Reach.HERE,
        ("instanceof_expression", "name"): Reach.HERE,
        ("lambda_expression", "parameters"): Reach.HERE,
        ("inferred_parameters", ""): Reach.HERE,
        ("record_pattern_component", ""): Reach.HERE,
        ("type_pattern", ""): Reach.HERE,
    },
    members=frozenset(
        {
            ("field_access", "field"),
            ("method_invocation", "name"),
            ("annotation", "name"),
            ("marker_annotation", "name"),
            ("element_value_pair", "key"),
            ("method_declaration", "name"),
            ("enum_constant", "name"),
        }
    ),
)
