(namespace_definition name: (_) @name) @definition.namespace
(class_specifier name: (_) @name body: (_)) @definition.class
(template_declaration [(function_definition) (declaration) (class_specifier) (struct_specifier) (union_specifier) (alias_declaration) (concept_definition) (field_declaration)] @inner) @statement
(alias_declaration name: (type_identifier) @name) @definition.type
(concept_definition name: (identifier) @name) @definition.type
(struct_specifier name: [(template_type) (qualified_identifier)] @name body: (_)) @definition.class

(function_definition declarator: (function_declarator declarator: [(field_identifier) (qualified_identifier) (destructor_name) (operator_name)] @name)) @definition.function
(function_definition declarator: (pointer_declarator declarator: (function_declarator declarator: [(field_identifier) (qualified_identifier) (operator_name)] @name))) @definition.function
(function_definition declarator: (reference_declarator (function_declarator declarator: [(identifier) (field_identifier) (qualified_identifier) (operator_name)] @name))) @definition.function

(declaration declarator: (function_declarator declarator: [(destructor_name) (operator_name)] @name)) @definition.function
(declaration declarator: (reference_declarator (function_declarator declarator: [(identifier) (operator_name)] @name))) @definition.function
(field_declaration declarator: (function_declarator declarator: [(field_identifier) (operator_name)] @name)) @definition.method
(field_declaration declarator: (pointer_declarator declarator: (function_declarator declarator: [(field_identifier) (operator_name)] @name))) @definition.method
(field_declaration declarator: (reference_declarator (function_declarator declarator: [(field_identifier) (operator_name)] @name))) @definition.method
(field_declaration declarator: (reference_declarator (field_identifier) @name)) @definition.field

(lambda_expression) @opaque
(friend_declaration) @opaque

(call_expression
  function: (qualified_identifier name: (identifier) @_reads)
  arguments: (argument_list . (string_literal) @environment)
  (#match? @_reads "^(?:secure_)?getenv$"))
