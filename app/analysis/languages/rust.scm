; definitions
(function_item name: (_) @name) @definition.function
(function_signature_item name: (_) @name) @definition.function
(struct_item name: (_) @name) @definition.class
(union_item name: (_) @name) @definition.class
(enum_item name: (_) @name) @definition.enum
(enum_variant name: (_) @name) @definition.field
(field_declaration name: (_) @name) @definition.field
(trait_item name: (_) @name) @definition.interface
(type_item name: (_) @name) @definition.type
(associated_type name: (_) @name) @definition.type
(const_item name: (identifier) @name) @definition.constant
(static_item name: (_) @name) @definition.constant
(macro_definition name: (_) @name) @definition.function
(mod_item name: (_) @name body: (_)) @definition.namespace
(impl_item type: (_) @name) @definition.namespace

[(closure_expression) (const_block) (async_block)] @opaque
(const_item value: (block) @opaque)

; what the module offers
(use_declaration (visibility_modifier) @_pub argument: (_) @reexport (#eq? @_pub "pub"))

; types that the file keeps for itself
(struct_item . name: (_) @private)
(struct_item (visibility_modifier (_)) name: (_) @private)
(union_item . name: (_) @private)
(enum_item . name: (_) @private)
(enum_item (visibility_modifier (_)) name: (_) @private)
(trait_item . name: (_) @private)
(trait_item (visibility_modifier (_)) name: (_) @private)

(use_declaration) @import
(extern_crate_declaration) @import
(mod_item !body) @import

; variables of the environment
(call_expression
  function: (scoped_identifier
    path: [(identifier) @_env (scoped_identifier name: (identifier) @_env)]
    name: (identifier) @_get)
  arguments: (arguments . (string_literal))
  (#eq? @_env "env") (#any-of? @_get "var" "var_os")) @environment
(macro_invocation
  macro: (identifier) @_env (token_tree . (string_literal))
  (#any-of? @_env "env" "option_env")) @environment
(call_expression
  function: (field_expression value: (_) field: (field_identifier) @_or)
  arguments: (arguments . (_))
  (#any-of? @_or "unwrap_or" "unwrap_or_else")) @fallback
(ERROR) @error
(MISSING) @error
