; definitions
(class_declaration name: (_) @name) @definition.class
(record_declaration name: (_) @name) @definition.class
(interface_declaration name: (_) @name) @definition.interface
(annotation_type_declaration name: (_) @name) @definition.interface
(enum_declaration name: (_) @name) @definition.enum
(enum_constant name: (_) @name) @definition.field
(method_declaration name: (_) @name) @definition.method
(constructor_declaration name: (_) @name) @definition.method
(compact_constructor_declaration name: (_) @name) @definition.method
(annotation_type_element_declaration name: (_) @name) @definition.method
(field_declaration (variable_declarator name: (_) @name) @definition.field)
(constant_declaration (variable_declarator name: (_) @name) @definition.constant)
(record_declaration parameters: (formal_parameters (formal_parameter name: (_) @name) @definition.field))
(record_declaration parameters: (formal_parameters (spread_parameter (variable_declarator name: (_) @name)) @definition.field))

(field_declaration (variable_declarator) @inner) @statement
(constant_declaration (variable_declarator) @inner) @statement

[(lambda_expression) (static_initializer)] @opaque
(object_creation_expression (class_body) @opaque)
(class_body (block) @opaque)

(package_declaration) @package
(import_declaration) @import

; errors
(throw_statement (object_creation_expression type: (_) @raised))

; variables of the environment
(method_invocation
  object: (identifier) @_system name: (identifier) @_getenv
  arguments: (argument_list . (string_literal) .)
  (#eq? @_system "System") (#eq? @_getenv "getenv")) @environment
(method_invocation
  object: (method_invocation
    object: (identifier) @_system name: (identifier) @_getenv arguments: (argument_list))
  name: (identifier) @_get
  arguments: (argument_list . (string_literal))
  (#eq? @_system "System") (#eq? @_getenv "getenv")
  (#any-of? @_get "get" "getOrDefault")) @environment
(ERROR) @error
(MISSING) @error
