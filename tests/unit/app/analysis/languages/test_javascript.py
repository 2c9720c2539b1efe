from app.domain.code.symbol import Parameter, SymbolKind
from tests.unit.app.analysis.helpers import read, symbols

CART = """
/**
 * Carts.
 * @module
 */
import Store, { load as l, save } from './store'
import * as all from 'pkg'
export { q } from './r'
const lazy = () => import('./lazy')
const old = require('old')

/**
 * Add up.
 *
 * @param items what to add
 */
export const total = async (items: I[], { tax = 0.2 }: O = {}, ...rest: any[]): Promise<void> => {
  const inner = () => 1
  function nested() {}
  return 0
}

// One line,
// and another.
export default class Cart<T> extends Base<T> implements Thing {
  static readonly limit: number = 10
  #secret = 1
  private hidden(): void {}
  /** Buy it. */
  @log()
  buy(what?: string): void {}
}

interface Options {
  tax?: number
  round(value: number): number
}
export type Kind = 'a' | 'b'
export enum Size { Small, Large = 2 }
function alone() {}
export { alone }
namespace Inner { export function deep() {} }
"""


def test_symbols_have_exact_places_and_qualified_names() -> None:
    found = read("typescript", CART).symbols

    assert [(one.name, one.kind, one.first_line, one.last_line) for one in found] == [
        ("lazy", SymbolKind.FUNCTION, 9, 9),
        ("old", SymbolKind.CONSTANT, 10, 10),
        ("total", SymbolKind.FUNCTION, 17, 21),
        ("Cart", SymbolKind.CLASS, 25, 32),
        ("Cart.limit", SymbolKind.FIELD, 26, 26),
        ("Cart.#secret", SymbolKind.FIELD, 27, 27),
        ("Cart.hidden", SymbolKind.METHOD, 28, 28),
        ("Cart.buy", SymbolKind.METHOD, 31, 31),
        ("Options", SymbolKind.INTERFACE, 34, 37),
        ("Options.tax", SymbolKind.FIELD, 35, 35),
        ("Options.round", SymbolKind.METHOD, 36, 36),
        ("Kind", SymbolKind.TYPE, 38, 38),
        ("Size", SymbolKind.ENUM, 39, 39),
        ("Size.Large", SymbolKind.FIELD, 39, 39),
        ("Size.Small", SymbolKind.FIELD, 39, 39),
        ("alone", SymbolKind.FUNCTION, 40, 40),
        ("Inner.deep", SymbolKind.FUNCTION, 42, 42),
    ]


def test_what_is_exported_is_public_with_all_that_is_not_private_in_it() -> None:
    found = symbols("typescript", CART)

    assert {name for name, one in found.items() if one.public} == {
        "total",
        "Cart",
        "Cart.limit",
        "Cart.buy",
        "Kind",
        "Size",
        "Size.Small",
        "Size.Large",
        "alone",
    }


def test_a_signature_is_the_head_on_one_line() -> None:
    found = symbols("typescript", CART)

    assert found["total"].signature == (
        "const total = async (items: I[], { tax = 0.2 }: O = {}, ...rest: any[]): Promise<void>"
    )
    assert found["Cart"].signature == "class Cart<T> extends Base<T> implements Thing"
    assert found["Cart.buy"].signature == "buy(what?: string): void"
    assert found["Cart.limit"].signature == "static readonly limit: number = 10"
    assert found["Kind"].signature == "type Kind = 'a' | 'b'"
    assert found["Options.round"].signature == "round(value: number): number"


def test_parameters_are_read_with_annotations_and_defaults() -> None:
    found = symbols("typescript", CART)

    assert found["total"].parameters == (
        Parameter(name="items", annotation="I[]"),
        Parameter(name="{ tax = 0.2 }", annotation="O", default="{}"),
        Parameter(name="rest", annotation="any[]", variadic=True),
    )
    assert found["Cart.buy"].parameters == (
        Parameter(name="what", annotation="string", default=""),
    )
    assert symbols("javascript", "const f = a => a")["f"].parameters == (Parameter(name="a"),)
    assert symbols("javascript", "function f(a, b = 1) {}")["f"].parameters == (
        Parameter(name="a"),
        Parameter(name="b", default="1"),
    )


def test_doc_comments_lose_their_marks() -> None:
    found = symbols("typescript", CART)

    assert read("typescript", CART).doc == "Carts.\n@module"
    assert found["total"].doc == "Add up.\n\n@param items what to add"
    assert found["Cart"].doc == "One line,\nand another."
    assert found["Cart.buy"].doc == "Buy it."


def test_a_comment_apart_from_a_definition_is_not_its_doc() -> None:
    assert symbols("javascript", "// a note\n\nfunction f() {}\n")["f"].doc == ""


def test_imports_are_read_in_all_their_forms() -> None:
    found = {(one.target, one.names) for one in read("typescript", CART).imports}

    assert found == {
        ("./store", ("default", "load", "save")),
        ("pkg", ()),
        ("./r", ("q",)),
        ("./lazy", ()),
        ("old", ()),
    }


def test_variables_of_the_environment_are_found_where_they_are_read() -> None:
    found = read(
        "javascript",
        """
        const a = process.env.A ?? 'x'
        const b = process.env['B'] || 2
        const { C, D: d, E = 'e' } = process.env
        process.env.F = 'written'
        const g = import.meta.env.G
        const h = process.env[name]
        """,
    ).environment

    assert [(one.name, one.line, one.default) for one in found] == [
        ("A", 2, "'x'"),
        ("B", 3, "2"),
        ("C", 4, None),
        ("D", 4, None),
        ("E", 4, "'e'"),
        ("G", 6, None),
    ]


def test_commonjs_exports_are_public() -> None:
    found = symbols(
        "javascript",
        """
        function a() {}
        function b() {}
        exports.c = function () {}
        module.exports = { a }
        """,
    )

    assert {name: one.public for name, one in found.items()} == {"a": True, "b": False, "c": True}


def test_a_nameless_default_export_is_called_default() -> None:
    assert symbols("javascript", "export default function (a) { return a }")["default"].public
    assert symbols("javascript", "export default (a) => a")["default"].kind is SymbolKind.FUNCTION


def test_markup_is_read_in_tsx_and_jsx() -> None:
    source = "export const View = (props) => <div a='b'>text {props.x}</div>\n"

    assert symbols("tsx", source)["View"].kind is SymbolKind.FUNCTION
    assert symbols("javascript", source)["View"].kind is SymbolKind.FUNCTION


def test_what_the_grammar_does_not_know_yet_is_read_all_the_same() -> None:
    found = read(
        "typescript",
        """
        export type * from './types'
        export interface Get {
          <A>(a: A): A
          <B>(b: B, c: B): B
          plain: string
        }
        """,
    )

    assert found.fault == ""
    assert [one.target for one in found.imports] == ["./types"]
    assert [one.name for one in found.symbols] == ["Get", "Get.plain"]


def test_the_implementation_stands_for_its_overloads() -> None:
    found = symbols("typescript", "function f(a: string): void\nfunction f(a: any) { return a }\n")

    assert found["f"].first_line == 2


def test_a_type_on_several_lines_keeps_them_when_nothing_else_separates_its_members() -> None:
    found = symbols("typescript", "export type Route = {\n  method: 'GET'\n  path: string\n}\n")

    assert found["Route"].signature == "type Route = {\n  method: 'GET'\n  path: string\n}"


def test_what_a_module_exports_again_is_offered() -> None:
    found = read(
        "typescript",
        """
        /** @module shop */

        import { Hono, hidden } from './hono'
        export type { Env } from './types'
        export { Hono }
        """,
    )

    assert [one.offered for one in found.imports] == [("Hono",), ("Env",)]
    assert found.doc_line == 2


def test_a_comment_belongs_to_what_starts_first_on_the_line_below_it() -> None:
    found = read(
        "typescript",
        "/** An order. */\nexport interface Order { id: string; total: number }\n"
        "export interface Cart {\n  /** Where. */\n  x: number; y: number;\n}\n",
    ).symbols

    assert [(one.name, one.doc) for one in found] == [
        ("Order", "An order."),
        ("Order.id", ""),
        ("Order.total", ""),
        ("Cart", ""),
        ("Cart.x", "Where."),
        ("Cart.y", ""),
    ]


def test_results_decorators_and_thrown_errors_are_as_written() -> None:
    found = symbols(
        "typescript",
        """
        export const f = async (a: string): Promise<number> => {
          items.map(() => { throw new InnerError() })
          const made = { inner() { throw new InnerError() } }
          if (!a) throw new NotFound<string>(a)
          throw TypeError("a")
          throw a
        }
        @Entity("cart") export class A {
          @Column({ a: 1 }) b = 1
          @Get("/") @Guard() c(): asserts this is A { throw new errors.Gone() }
        }
        """,
    )

    assert found["f"].returns == "Promise<number>"
    assert found["f"].raises == ("NotFound", "TypeError")
    assert found["A"].decorators == ('@Entity("cart")',)
    assert found["A.b"].decorators == ("@Column({ a: 1 })",)
    assert found["A.c"].decorators == ('@Get("/")', "@Guard()")
    assert found["A.c"].returns == "asserts this is A"
    assert found["A.c"].raises == ("errors.Gone",)


def test_overloads_are_the_signatures_and_not_the_implementation() -> None:
    found = symbols(
        "typescript",
        """
        /** Of a text. */
        export function f(a: string): string
        export function f(a: number, ...rest: number[]): number
        export function f(a: unknown) { return a }
        export interface B { on(a: "x"): void; on(a: "y"): void; off(): void }
        class C { get d() { return 1 } set d(value) {} }
        """,
    )

    assert found["f"].first_line == 5
    assert [(one.first_line, one.signature, one.doc) for one in found["f"].overloads] == [
        (3, "function f(a: string): string", "Of a text."),
        (4, "function f(a: number, ...rest: number[]): number", ""),
    ]
    assert [one.signature for one in found["B.on"].overloads] == [
        'on(a: "x"): void',
        'on(a: "y"): void',
    ]
    assert found["B.off"].overloads == found["C.d"].overloads == ()


def test_what_a_method_of_a_plain_object_holds_is_no_symbol() -> None:
    assert set(symbols("javascript", "const a = { f() { class A { m() {} } } }")) == {"a"}


def test_the_type_of_an_import_as_an_argument_is_no_fault() -> None:
    found = read(
        "typescript",
        """
        mock('a', async (original) => await original<typeof import(
            '../a.ts',
        )>())
        export function f() {}
        """,
    )

    assert not found.fault
    assert [(one.name, one.first_line) for one in found.symbols] == [("f", 5)]
