; definitions
(function_definition name: (identifier) @name) @definition.function
(class_definition name: (identifier) @name) @definition.class
(module (expression_statement (assignment left: (identifier) @name) @definition.constant))
(module (type_alias_statement left: (type [(identifier) @name (generic_type . (identifier) @name)])) @definition.type)
(class_definition body: (block (expression_statement (assignment left: (identifier) @name) @definition.field)))
(decorated_definition definition: (_) @inner) @statement

; doc strings, which are not code
(module . (comment)* . (expression_statement . (string) .) @docstring)
(function_definition body: (block . (comment)* . (expression_statement . (string) .) @docstring))
(class_definition body: (block . (comment)* . (expression_statement . (string) .) @docstring))

; the names that a module offers
(module (expression_statement (assignment left: (identifier) @_all right: [(list (string) @exports) (tuple (string) @exports)])) (#eq? @_all "__all__"))
(module (expression_statement (augmented_assignment left: (identifier) @_all right: [(list (string) @exports) (tuple (string) @exports)])) (#eq? @_all "__all__"))

(import_statement) @import
(import_from_statement) @import

; errors
(raise_statement . [(identifier) (attribute) (call)] @raised)

; variables of the environment
(subscript value: (identifier) @_environ subscript: (string) (#eq? @_environ "environ")) @environment
(subscript
  value: (attribute object: (identifier) @_os attribute: (identifier) @_environ)
  subscript: (string)
  (#eq? @_os "os") (#eq? @_environ "environ")) @environment
(call function: (identifier) @_getenv (#eq? @_getenv "getenv")) @environment
(call
  function: (attribute object: (identifier) @_object attribute: (identifier) @_method)
  (#eq? @_object "os") (#eq? @_method "getenv")) @environment
(call
  function: (attribute object: (identifier) @_object attribute: (identifier) @_method)
  (#eq? @_object "environ") (#any-of? @_method "get" "setdefault" "pop")) @environment
(call
  function: (attribute
    object: (attribute object: (identifier) @_os attribute: (identifier) @_environ)
    attribute: (identifier) @_method)
  (#eq? @_os "os") (#eq? @_environ "environ")
  (#any-of? @_method "get" "setdefault" "pop")) @environment
(assignment left: (subscript) @written)
(delete_statement (subscript) @written)
(delete_statement (expression_list (subscript) @written))
; a call whose value nobody takes sets or removes
(expression_statement (call function: (attribute attribute: (identifier) @_method)) @written
  (#any-of? @_method "setdefault" "pop"))
(ERROR) @error
(MISSING) @error
