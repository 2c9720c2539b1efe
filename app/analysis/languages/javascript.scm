; definitions
(function_declaration name: (_) @name) @definition.function
(generator_function_declaration name: (_) @name) @definition.function
(class_declaration name: (_) @name) @definition.class
(class_body (method_definition name: (_) @name) @definition.method)
(export_statement "default" value: [(function_expression) (arrow_function) (generator_function)] @definition.function)
(export_statement "default" value: (class) @definition.class)
(export_statement "default" value: [(object) (call_expression)] @definition.constant)
(program (lexical_declaration (variable_declarator name: (identifier) @name) @definition.constant))
(program (variable_declaration (variable_declarator name: (identifier) @name) @definition.constant))
(export_statement declaration: (lexical_declaration (variable_declarator name: (identifier) @name) @definition.constant))
(export_statement declaration: (variable_declaration (variable_declarator name: (identifier) @name) @definition.constant))
(program (expression_statement (assignment_expression
  left: (member_expression) @name
  right: [(function_expression) (arrow_function) (class) (generator_function)]) @definition.function))

(export_statement declaration: (_) @inner) @statement
(export_statement value: (_) @inner) @statement
(lexical_declaration (variable_declarator) @inner) @statement
(variable_declaration (variable_declarator) @inner) @statement
(expression_statement (assignment_expression) @inner) @statement

[(arrow_function) (function_expression) (generator_function)] @opaque

(object (method_definition) @opaque)

; errors
(throw_statement (new_expression constructor: (_) @raised))
(throw_statement (call_expression function: (identifier) @raised (#match? @raised "^[A-Z]")))

; what the module offers
(export_statement (export_clause (export_specifier name: (_) @exports)) !source)
(export_statement "default" value: (identifier) @exports)
(program (expression_statement (assignment_expression
  left: (member_expression) @_exports right: [(identifier) @exports (object [(shorthand_property_identifier) @exports (pair value: (identifier) @exports)])])
  (#match? @_exports "^(module\\.)?exports(\\.[A-Za-z0-9_$]+)?$")))

(import_statement) @import
(export_statement source: (_)) @import
(call_expression function: (import) arguments: (arguments . (string))) @import
(call_expression function: (identifier) @_require arguments: (arguments . (string))
  (#eq? @_require "require")) @import

; variables of the environment
(member_expression
  object: (member_expression object: (identifier) @_host property: (property_identifier) @_env)
  property: (property_identifier)
  (#any-of? @_host "process" "Bun") (#eq? @_env "env")) @environment
(member_expression
  object: (member_expression object: (meta_property) property: (property_identifier) @_env)
  property: (property_identifier)
  (#eq? @_env "env")) @environment
(subscript_expression
  object: (member_expression object: (identifier) @_host property: (property_identifier) @_env)
  index: (string)
  (#any-of? @_host "process" "Bun") (#eq? @_env "env")) @environment
(variable_declarator
  name: (object_pattern)
  value: (member_expression object: (identifier) @_host property: (property_identifier) @_env)
  (#any-of? @_host "process" "Bun") (#eq? @_env "env")) @environment
(call_expression
  function: (member_expression
    object: (member_expression object: (identifier) @_host property: (property_identifier) @_env)
    property: (property_identifier) @_get)
  arguments: (arguments . (string))
  (#eq? @_host "Deno") (#eq? @_env "env") (#eq? @_get "get")) @environment
(binary_expression left: (_) @tried operator: ["??" "||"]) @fallback
(assignment_expression left: (_) @written)
(ERROR) @error
(MISSING) @error
