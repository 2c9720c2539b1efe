(class_declaration name: (identifier) @name) @definition.class
(object_declaration name: (identifier) @name) @definition.class
(function_declaration name: (identifier) @name) @definition.function
(property_declaration (variable_declaration . (identifier) @name)) @definition.field
(property_declaration (multi_variable_declaration (variable_declaration . (identifier) @name))) @definition.field
(class_parameter ["val" "var"] (identifier) @name) @definition.field
(type_alias type: (identifier) @name) @definition.type
(enum_entry . (identifier) @name) @definition.constant
(enum_entry (modifiers) . (identifier) @name) @definition.constant

(lambda_literal) @opaque
(object_literal) @opaque
(anonymous_initializer) @opaque
(secondary_constructor) @opaque
(ERROR) @error
(MISSING) @error

(call_expression
  (navigation_expression (identifier) @_on (identifier) @_reads)
  (value_arguments . (value_argument (string_literal) @environment))
  (#eq? @_on "System")
  (#eq? @_reads "getenv"))
