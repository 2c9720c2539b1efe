(class_declaration declaration_kind: "extension" name: (_) @name) @definition.namespace
(class_declaration declaration_kind: ["class" "struct" "actor"] name: (_) @name) @definition.class
(class_declaration declaration_kind: "enum" name: (_) @name) @definition.enum
(protocol_declaration name: (_) @name) @definition.interface
(function_declaration name: (simple_identifier) @name) @definition.function
(protocol_function_declaration name: (simple_identifier) @name) @definition.function
(init_declaration "init" @name) @definition.method
(subscript_declaration "subscript" @name) @definition.method
(property_declaration name: (pattern bound_identifier: (simple_identifier) @name)) @definition.field
(protocol_property_declaration name: (pattern bound_identifier: (simple_identifier) @name)) @definition.field
(typealias_declaration name: (type_identifier) @name) @definition.type
(associatedtype_declaration name: (type_identifier) @name) @definition.type
(enum_entry name: (simple_identifier) @name) @definition.constant

(lambda_literal) @opaque
(deinit_declaration) @opaque
(computed_property) @opaque
(ERROR) @error
(MISSING) @error
