"""How the walk reads Rust: types, attributes and lifetimes are code, `pub` is not."""

from app.analysis.syntax import Opens, Place, Profile, Reach

_TREES = ("token_tree", "token_tree_pattern")

_PATTERNS: frozenset[Place] = frozenset(
    {
        ("mut_pattern", ""),
        ("ref_pattern", ""),
        ("reference_pattern", ""),
        ("tuple_pattern", ""),
        ("slice_pattern", ""),
        ("or_pattern", ""),
        ("tuple_struct_pattern", ""),
        ("struct_pattern", ""),
        ("field_pattern", ""),
        ("field_pattern", "name"),
        ("field_pattern", "pattern"),
        ("captured_pattern", ""),
        ("match_pattern", ""),
    }
)

_BLOCKS = (
    "block",
    "for_expression",
    "while_expression",
    "if_expression",
    "match_arm",
)

PROFILE = Profile(
    comments=frozenset({"line_comment", "block_comment"}),
    annotations=frozenset({"visibility_modifier"}),
    transparent=frozenset({"parenthesized_expression"}),
    atoms=frozenset({"string_literal", "raw_string_literal", "char_literal"}),
    strings=frozenset({"string_literal", "raw_string_literal"}),
    kept=frozenset(
        {(tree, mark) for tree in _TREES for mark in "([{;:"}
        | {(tree, ",") for tree in ("token_tree_pattern", "token_repetition_pattern")}
        | {("token_repetition", ","), ("token_repetition", ";")}
    ),
    normal={
        "integer_literal": lambda text: text.replace("_", "").lower(),
        "float_literal": lambda text: text.replace("_", "").lower(),
    },
    scopes={
        "function_item": Opens.FUNCTION,
        "function_signature_item": Opens.FUNCTION,
        "closure_expression": Opens.FUNCTION,
        **dict.fromkeys(_BLOCKS, Opens.BLOCK),
    },
    binders={
        ("function_item", "name"): Reach.OUTER,
        ("parameter", "pattern"): Reach.HERE,
        ("closure_parameters", ""): Reach.HERE,
        ("let_declaration", "pattern"): Reach.HERE,
        ("let_condition", "pattern"): Reach.HERE,
        ("for_expression", "pattern"): Reach.HERE,
        ("match_arm", "pattern"): Reach.HERE,
    },
    patterns=_PATTERNS,
    capitals_are_fixed=True,
    members=frozenset(
        {
            ("scoped_identifier", "name"),
            ("scoped_identifier", "path"),
            ("scoped_type_identifier", "path"),
            ("macro_invocation", "macro"),
            ("enum_variant", "name"),
            ("attribute", ""),
            ("lifetime", ""),
            ("label", ""),
        }
    ),
    shorthands=frozenset({"shorthand_field_identifier", "shorthand_field_initializer"}),
)
