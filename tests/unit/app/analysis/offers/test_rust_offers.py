"""Commands, routes, tests and variables of Rust."""

from tests.unit.app.analysis.offers.shown import commands, found_tests, routes, variables

_DERIVED = """\
use clap::{Args, Parser, Subcommand};
/// Sell things.
///
/// A longer text.
#[derive(Parser)]
struct Cli {
    /// Say more.
    #[arg(short, long, action = clap::ArgAction::Count)]
    verbose: u8,
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}
#[derive(Debug, Args)]
struct Common {
    #[arg(long = "no-colour", env)]
    no_color: bool,
    #[arg(long, default_value_t = 3, value_name = "N", env = "SHOP_DEPTH")]
    max_depth: usize,
    #[arg(long = NAME)]
    computed: String,
}
#[derive(Subcommand)]
enum Command {
    /// Add one.
    AddItem {
        name: String,
        #[arg(long, required = true)]
        of: Vec<String>,
    },
    #[command(name = "rm", about = "Remove one")]
    Remove(RemoveArgs),
    List,
}
#[derive(Args)]
struct RemoveArgs { path: Option<PathBuf> }
"""


def test_claps_derive_makes_flags_of_fields_and_commands_of_variants() -> None:
    assert commands("rust", _DERIVED) == [
        "6 (program): Sell things.",
        "  9 -v --verbose: Say more.",
        "  18 --no-colour",
        "  20 --max-depth N = 3",
        "27 add-item: Add one.",
        "  28 name String required",
        "  30 --of String required",
        "33 rm: Remove one",
        "  37 path PathBuf",
        "34 list",
    ]
    assert variables("rust", _DERIVED) == ["17 NO_COLOR", "19 SHOP_DEPTH"]


def test_a_type_that_derives_nothing_of_clap_says_nothing() -> None:
    assert (
        commands("rust", "use clap::Parser;\n#[derive(Debug)]\nstruct A { name: String }\n") == []
    )


def test_claps_builder_is_chains_in_chains() -> None:
    assert commands(
        "rust",
        """\
        use clap::{Arg, ArgAction, Command};
        fn main() {
            let matches = Command::new("shop")
                .about("Sell \\
                        things")
                .arg(Arg::new("v").short('v').long("verbose").action(ArgAction::SetTrue))
                .arg(Arg::new("x").long(NAME))
                .subcommand(
                    Command::new("add")
                        .args([Arg::new("name").required(true).value_name("NAME")])
                        .arg(Arg::new("n").long("count").default_value("1").help("How many")),
                )
                .get_matches();
        }
        """,
    ) == [
        "3 (program): Sell things",
        "  6 -v --verbose",
        "9 add",
        "  10 name NAME required",
        '  11 --count = "1": How many',
    ]


def test_a_process_is_no_command() -> None:
    source = 'use std::process::Command;\nfn f() { Command::new("git").arg("-v"); }\n'

    assert commands("rust", f"use clap::Parser;\n{source}") == []


def test_routes_of_axum_and_actix() -> None:
    assert routes(
        "rust",
        """\
        use axum::routing::get;
        async fn list() {}
        fn app() -> Router {
            Router::new()
                .route("/items", get(list).post(create))
                .route(&path, get(list))
        }
        #[cfg(test)]
        mod tests {
            fn app() { Router::new().route("/test", get(list)); }
        }
        """,
    ) == ["5 GET /items -> list", "5 POST /items"]
    assert routes(
        "rust",
        """\
        use actix_web::{get, web};
        #[get("/items/{id}")]
        async fn item() {}
        fn set(config: &mut Config) {
            config.service(web::resource("/carts").route(web::post().to(add)));
            config.route("/old", web::get().to(item));
        }
        """,
    ) == ["2 GET /items/{id} -> item", "5 POST /carts", "6 GET /old -> item"]


def test_tests_are_named_with_their_modules() -> None:
    assert found_tests(
        "rust",
        """\
        #[cfg(test)]
        mod tests {
            #[test]
            #[should_panic]
            fn adds() {}
            #[tokio::test]
            async fn waits() {}
            fn helper() {}
        }
        #[test]
        fn alone() {}
        """,
    ) == ["5 tests::adds", "7 tests::waits", "11 alone"]
