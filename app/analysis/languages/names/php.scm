(class_declaration name: (name) @name) @definition.class
(trait_declaration name: (name) @name) @definition.class
(interface_declaration name: (name) @name) @definition.interface
(enum_declaration name: (name) @name) @definition.enum
(enum_case name: (name) @name) @definition.constant
(function_definition name: (name) @name) @definition.function
(method_declaration name: (name) @name) @definition.method
(const_declaration (const_element . (name) @name)) @definition.constant
(property_declaration (property_element name: (variable_name) @name)) @definition.field

(anonymous_class) @opaque
(anonymous_function) @opaque
(ERROR) @error
(MISSING) @error

(function_call_expression
  function: (name) @_reads
  arguments: (arguments . (argument (string) @environment))
  (#eq? @_reads "getenv"))
(subscript_expression (variable_name) @_reads (string) @environment (#eq? @_reads "$_ENV"))
