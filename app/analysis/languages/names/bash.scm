(function_definition name: (word) @name) @definition.function
(ERROR) @error
(MISSING) @error
