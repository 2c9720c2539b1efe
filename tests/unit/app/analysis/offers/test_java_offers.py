"""Commands, routes, settings and tests of Java."""

from tests.unit.app.analysis.offers.shown import commands, found_tests, routes, settings


def test_routes_of_spring_join_class_and_method() -> None:
    assert routes(
        "java",
        """\
        import org.springframework.web.bind.annotation.*;
        @RestController
        @RequestMapping("/carts")
        class Carts {
          @GetMapping({"/{id}", "/by-id/{id}"})
          Cart find() { return null; }
          @PostMapping
          void create() {}
          @RequestMapping(value = "/old/", method = {RequestMethod.GET, RequestMethod.HEAD})
          void old() {}
          @GetMapping(PATH)
          void computed() {}
        }
        @FeignClient("stock")
        interface Stock { @GetMapping("/stock") int ask(); }
        """,
    ) == [
        "5 GET /carts/{id} -> Carts.find",
        "5 GET /carts/by-id/{id} -> Carts.find",
        "7 POST /carts -> Carts.create",
        "9 GET,HEAD /carts/old/ -> Carts.old",
    ]


def test_routes_of_jax_rs() -> None:
    assert routes(
        "java",
        """\
        import jakarta.ws.rs.*;
        @Path("carts")
        class Carts {
          @GET @Path("{id}")
          Cart find() { return null; }
          @DELETE
          void clear() {}
          void helper() {}
        }
        """,
    ) == ["4 GET /carts/{id} -> Carts.find", "6 DELETE /carts -> Carts.clear"]


def test_picocli_classes_are_commands() -> None:
    assert commands(
        "java",
        """\
        import picocli.CommandLine;
        import picocli.CommandLine.*;
        @Command(name = "shop", description = "Sell things", subcommands = {Add.class})
        class Shop {
          @Option(names = {"-v", "--verbose"}, description = "Say " + "more")
          boolean verbose;
          public static void main(String[] args) { new CommandLine(new Shop()).execute(args); }
          @Command(description = "List all")
          int list(@Option(names = "--sort") String order) { return 0; }
        }
        @Command(name = "add")
        class Add implements Callable<Integer> {
          @Parameters(paramLabel = "<name>") String name;
          @Option(names = "--count", defaultValue = "1", required = true) int count;
          @Option(names = NAMES) String computed;
          public Integer call() { return 0; }
        }
        """,
    ) == [
        "3 (program): Sell things",
        "  5 -v --verbose: Say more",
        "8 list -> Shop.list: List all",
        "  9 --sort String",
        "11 add -> Add.call",
        "  13 name String required",
        '  14 --count int = "1" required',
    ]


def test_properties_of_spring_are_settings() -> None:
    assert settings(
        "java",
        """\
        import org.springframework.beans.factory.annotation.Value;
        class Shop {
          @Value("${shop.url:http://localhost}") String url;
          Shop(@Value("${shop.size}") int size, @Value("#{computed}") int other) {}
        }
        """,
    ) == ["3 shop.url [] String = http://localhost", "4 shop.size [] int required"]


def test_tests_of_junit_are_named_with_their_classes() -> None:
    assert found_tests(
        "java",
        """\
        import org.junit.jupiter.api.Test;
        class CartTest {
          @Test
          void adds() {}
          void helper() {}
          @Nested class Empty {
            @ParameterizedTest
            @ValueSource(ints = {1, 2})
            void isEmpty(int n) {}
          }
        }
        """,
    ) == ["4 CartTest.adds", "9 CartTest.Empty.isEmpty"]
