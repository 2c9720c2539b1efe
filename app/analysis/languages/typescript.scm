; what TypeScript adds to JavaScript
(abstract_class_declaration name: (_) @name) @definition.class
(interface_declaration name: (_) @name) @definition.interface
(interface_declaration body: (interface_body (property_signature name: (_) @name) @definition.field))
(interface_declaration body: (interface_body (method_signature name: (_) @name) @definition.method))
(type_alias_declaration name: (_) @name) @definition.type
(enum_declaration name: (_) @name) @definition.enum
(enum_body (property_identifier) @name @definition.field)
(enum_body (enum_assignment name: (_) @name) @definition.field)
(function_signature name: (_) @name) @definition.function
(class_body (public_field_definition name: (_) @name) @definition.field)
(class_body (method_signature name: (_) @name) @definition.method)
(class_body (abstract_method_signature name: (_) @name) @definition.method)
(internal_module name: (_) @name) @definition.namespace
(module name: (_) @name) @definition.namespace
(ambient_declaration (lexical_declaration (variable_declarator name: (identifier) @name) @definition.constant))
(ambient_declaration (variable_declaration (variable_declarator name: (identifier) @name) @definition.constant))

(class_body (decorator)+ @decorator . (method_definition) @decorated)
(class_body (decorator)+ @decorator . (abstract_method_signature) @decorated)
(ambient_declaration (_) @inner) @statement
(expression_statement (internal_module) @inner) @statement
(export_statement "=" (identifier) @exports)
