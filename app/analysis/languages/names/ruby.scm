(class name: (_) @name) @definition.class
(module name: (_) @name) @definition.class
(method name: (_) @name) @definition.method
(singleton_method name: (_) @name) @definition.method
(assignment left: (constant) @name) @definition.constant
(call method: (identifier) @_reader arguments: (argument_list (simple_symbol) @name)
  (#any-of? @_reader "attr_reader" "attr_writer" "attr_accessor")) @definition.field

(do_block) @opaque
(block) @opaque
(ERROR) @error
(MISSING) @error

(element_reference object: (constant) @_reads . (string) @environment (#eq? @_reads "ENV"))
(call
  receiver: (constant) @_reads
  method: (identifier) @_how
  arguments: (argument_list . (string) @environment)
  (#eq? @_reads "ENV")
  (#eq? @_how "fetch"))
