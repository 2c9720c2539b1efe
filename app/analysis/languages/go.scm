(function_declaration name: (identifier) @name) @definition.function
(method_declaration name: (field_identifier) @name) @definition.method
(type_spec name: (type_identifier) @name) @definition.type
(type_alias name: (type_identifier) @name) @definition.type
(source_file (const_declaration (const_spec name: (identifier) @name) @definition.constant))
(source_file (var_declaration (var_spec name: (identifier) @name) @definition.constant))
(source_file (var_declaration (var_spec_list (var_spec name: (identifier) @name) @definition.constant)))
(struct_type (field_declaration_list (field_declaration name: (field_identifier) @name) @definition.field))
(interface_type (method_elem name: (field_identifier) @name) @definition.method)

(type_declaration [(type_spec) (type_alias)] @inner) @statement
(const_declaration (const_spec) @inner) @statement
(var_declaration (var_spec) @inner) @statement
(var_declaration (var_spec_list (var_spec) @inner)) @statement

(func_literal) @opaque
(package_clause) @package
(import_spec) @import
(call_expression
  function: (selector_expression operand: (identifier) @_os field: (field_identifier) @_getter)
  arguments: (argument_list . (interpreted_string_literal))
  (#any-of? @_os "os" "syscall") (#any-of? @_getter "Getenv" "LookupEnv")) @environment
(ERROR) @error
(MISSING) @error
