"""Commands, routes, tests and variables of JavaScript and TypeScript."""

from tests.unit.app.analysis.helpers import read
from tests.unit.app.analysis.offers.shown import commands, found_tests, routes, variables


def test_commander_programs_are_chains() -> None:
    assert commands(
        "javascript",
        """\
        import { Command, Option } from 'commander';
        const program = new Command();
        program
          .name('shop')
          .description('Sell ' + 'things')
          .version('1.2.3')
          .option('-v, --verbose', 'say more', false)
          .requiredOption('--key <text>');
        const cart = program.command('cart');
        cart
          .command('add <name> [count]')
          .argument('[note]', 'a note', 'none')
          .addOption(new Option('-p, --price <n>', 'how much').default(3).env('PRICE'))
          .option('-n, --number <n>', 'which', parseInt)
          .action(addToCart);
        program.command('sub', 'a program of its own').command(NAME).option('--lost');
        program.parse();
        function addToCart() {}
        """,
    ) == [
        "2 (program): Sell things",
        "  6 -V --version",
        "  7 -v --verbose = false: say more",
        "  8 --key text required",
        "9 cart",
        "11 cart add -> addToCart",
        "  11 name required",
        "  11 count",
        "  12 note = 'none': a note",
        "  13 -p --price n = 3: how much",
        "  14 -n --number n: which",
        "16 sub: a program of its own",
    ]


def test_a_prepared_command_of_commander_is_attached() -> None:
    assert commands(
        "javascript",
        """\
        const { program, Command } = require('commander');
        const heat = new Command('heat');
        heat.command('jug');
        program.addCommand(heat);
        function more(program) { program.option('--of-another'); program.command('own'); }
        """,
    ) == ["2 heat", "3 heat jug", "5 own"]


def test_routes_need_a_server_and_a_handler() -> None:
    assert routes(
        "typescript",
        """\
        import express from 'express';
        const shop = express();
        shop.get('/cart', list);
        shop.get('title');
        shop.get('env', list);
        shop.route('/cart/:id').get(list).post(auth, (request, response) => {});
        router.all('*', list);
        axios.get('/cart', list);
        api.get('/cart', { params });
        function list() {}
        """,
    ) == [
        "3 GET /cart -> list",
        "6 GET /cart/:id -> list",
        "6 POST /cart/:id",
        "7 * * -> list",
    ]


def test_routes_of_hono_and_fastify() -> None:
    assert routes(
        "typescript",
        """\
        import { Hono } from 'hono'
        const shop = new Hono().get('/a', (c) => c.text('a')).post('/b', (c) => c.text('b'))
        shop.on('PURGE', '/c', (c) => c.text('c'))
        """,
    ) == ["2 GET /a", "2 POST /b", "3 PURGE /c"]
    assert routes(
        "javascript",
        "const fastify = require('fastify')()\nfastify.get('/a', options, handler)\n"
        "fastify.route({ method: ['GET', 'head'], url: '/b', handler })\n",
    ) == ["2 GET /a", "3 GET,HEAD /b"]


def test_a_file_that_names_no_framework_has_no_routes() -> None:
    assert routes("javascript", "app.get('/cart', list)\n") == []


def test_routes_of_nest_join_class_and_method() -> None:
    assert routes(
        "typescript",
        """\
        import { Controller, Get } from '@nestjs/common';
        @Controller('cats')
        export class Cats {
          @Get(':id')
          find() {}
          @Post()
          @HttpCode(204)
          create() {}
          @Get(PATH)
          computed() {}
        }
        """,
    ) == ["4 GET /cats/:id -> Cats.find", "6 POST /cats -> Cats.create"]


def test_tests_carry_the_names_of_their_suites() -> None:
    assert found_tests(
        "typescript",
        """\
        describe('cart', () => {
          it('adds', () => {});
          describe("total", function () {
            test.only(`sums`, async () => {});
          });
          it(`is ${computed}`, () => {});
          describe.each(table)('of %s', () => { it('is unknown', () => {}) });
        });
        test('alone', () => {});
        pattern.test('text');
        test.todo('later');
        """,
    ) == ["2 cart > adds", "4 cart > total > sums", "9 alone"]


def test_a_test_ends_with_its_call() -> None:
    (test,) = read("typescript", "\nit('adds', () => {\n  add()\n})\n").tests

    assert (test.line, test.last_line) == (2, 4)


def test_what_a_test_sets_up_is_not_offered() -> None:
    source = "import { Hono } from 'hono'\nit('works', () => { app.get('/a', () => {}) })\n"

    assert routes("typescript", source) == []


def test_variables_that_fill_options_are_read() -> None:
    assert variables(
        "javascript",
        "import { Option } from 'commander'\np.addOption(new Option('--port').env('PORT'))\n",
    ) == ["2 PORT"]
