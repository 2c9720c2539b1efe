"""Commands, routes, tests and variables of Go."""

from tests.unit.app.analysis.offers.shown import (
    commands,
    found_tests,
    routes,
    settings,
    variables,
)


def test_cobra_commands_have_the_flags_that_are_declared_on_them() -> None:
    assert commands(
        "go",
        """\
        package cmd
        var rootCmd = &cobra.Command{Use: "shop", Short: "Sell things"}
        var cartCmd = &cobra.Command{
            Use:   "cart [flags]",
            Short: `The cart`,
            RunE:  runCart,
        }
        func runCart(cmd *cobra.Command, args []string) error {
            n, _ := cmd.Flags().GetInt("of-no-declaration")
            return nil
        }
        func newAdd() *cobra.Command {
            cmd := &cobra.Command{Use: "add"}
            flags := cmd.Flags()
            flags.StringSliceVarP(&names, "name", "n", nil, "which "+"names")
            cmd.MarkFlagRequired("name")
            cmd.Flags().String(computed, "", "lost")
            return cmd
        }
        func init() {
            rootCmd.PersistentFlags().BoolP("verbose", "v", false, "say more")
            rootCmd.AddCommand(cartCmd)
            cartCmd.AddCommand(newAdd(), elsewhere)
            cartCmd.Flags().Duration("wait", 2*time.Second, "how long")
            cartCmd.Flags().Var(&kind, "kind", "which kind")
        }
        """,
    ) == [
        "2 (program): Sell things",
        "  21 --verbose -v = false: say more",
        "4 cart -> runCart: The cart",
        "  24 --wait duration = 2*time.Second: how long",
        "  25 --kind: which kind",
        "13 cart add",
        "  15 --name -n stringSlice = nil required: which names",
    ]


def test_plain_flags_belong_to_a_main_package() -> None:
    source = """\
        import "flag"
        var port = flag.Int("port", 8080, "where to listen")
        func main() { flag.BoolVar(&quiet, "q", false, "say less") }
        """

    assert commands("go", f"package main\n{source}".replace("        ", "")) == [
        "3 (program)",
        "  3 -port int = 8080: where to listen",
        "  4 -q = false: say less",
    ]
    assert commands("go", f"package shop\n{source}".replace("        ", "")) == []


def test_kingpin_commands_are_chains() -> None:
    assert commands(
        "go",
        """\
        package main
        func main() {
            app := kingpin.New("shop", "Sell things.")
            cart := app.Command("cart", "The cart.")
            add := cart.Command("add", "Add one.")
            name := add.Arg("name", "Which.").Required().String()
            add.Flag("price", "How much.").Short('p').PlaceHolder("<n>").Default("3").IntVar(&n)
            app.Flag(computed, "lost").Bool()
        }
        """,
    ) == [
        "4 cart: The cart.",
        "5 cart add: Add one.",
        "  6 name string required: Which.",
        '  7 --price -p n = "3": How much.',
    ]


def test_urfave_commands_are_values_in_values() -> None:
    source = """\
        package main
        import "github.com/urfave/cli/v2"
        var app = &cli.App{
            Usage: "Sell things",
            Commands: []*cli.Command{
                {
                    Name:   "add",
                    Action: add,
                    Flags: []cli.Flag{
                        &cli.IntFlag{Name: "n", Aliases: []string{"price"}, EnvVars: []string{"N"}},
                    },
                },
            },
        }
        func add(c *cli.Context) error { return nil }
        """

    assert commands("go", source) == [
        "3 (program): Sell things",
        "7 add -> add",
        "  10 -n --price int",
    ]
    assert variables("go", source) == ["10 N"]


def test_routes_of_the_standard_library_and_of_routers() -> None:
    assert routes(
        "go",
        """\
        package main
        import "net/http"
        type Server struct{}
        func (s *Server) list(w http.ResponseWriter, r *http.Request) {}
        func (s *Server) routes(r chi.Router) {
            http.HandleFunc("/health", health)
            mux.Handle("GET /items/{id}", s.auth(item))
            r.Get("/items", s.list)
            r.With(auth).Post("/items", s.list)
            r.HandleFunc("/old", old).Methods("GET", http.MethodPost)
            r.Method("PURGE", "/items", purge)
            client.Get("/items", s.list)
            r.Get("/items", &result)
            r.Get(prefix+"/items", s.list)
        }
        func health(w http.ResponseWriter, r *http.Request) {}
        """,
    ) == [
        "6 * /health -> health",
        "7 GET /items/{id}",
        "8 GET /items -> Server.list",
        "11 PURGE /items",
    ]


def test_tests_are_functions_that_take_a_testing_t() -> None:
    assert found_tests(
        "go",
        """\
        package shop
        import "testing"
        func TestCart(t *testing.T) {}
        func FuzzCart(f *testing.F) {}
        func TestMain(m *testing.M) {}
        func Testing(t *testing.T) {}
        func TestHelper(a int) {}
        """,
    ) == ["3 TestCart", "4 FuzzCart"]
    assert found_tests("go", "package shop_test\nfunc ExampleCart() {}\n") == ["2 ExampleCart"]


def test_variables_of_tags_and_settings_of_viper() -> None:
    assert variables(
        "go",
        'package shop\ntype C struct {\n\tURL string `json:"u" env:"SHOP_URL,required"`\n'
        '\tN int `env:"SHOP_N" envDefault:"3"`\n}\n',
    ) == ["3 SHOP_URL", "4 SHOP_N = 3"]
    viper = (
        "package shop\nfunc init() {\n"
        '\tviper.SetDefault("port", 80)\n\tviper.BindEnv("port", "SHOP_PORT")\n}\n'
    )
    assert settings("go", viper) == ["3 port []  = 80"]
    assert variables("go", viper) == ["4 SHOP_PORT"]
