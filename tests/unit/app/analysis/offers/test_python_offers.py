"""Routes, settings and tests of Python."""

import time
from textwrap import dedent

from tests.unit.app.analysis.offers.shown import found_tests, routes, settings, variables


def test_routes_of_flask() -> None:
    assert routes(
        "python",
        """\
        from flask import Flask
        @app.route("/cart", methods=["GET", "POST"])
        def cart(): ...
        @bp.get("/cart/<int:id>")
        def item(id): ...
        @app.route(PATH)
        def computed(): ...
        @app.route("/x", methods=METHODS)
        def of_computed_methods(): ...
        app.add_url_rule("/old", view_func=cart)
        def create():
            @app.route("/hello")
            def cart(): ...
        """,
    ) == [
        "2 GET,POST /cart -> cart",
        "4 GET /cart/<int:id> -> item",
        "10 * /old -> cart",
        "12 * /hello",
    ]


def test_routes_of_fastapi_starlette_and_aiohttp() -> None:
    assert routes(
        "python",
        """\
        from fastapi import APIRouter
        @router.post("/items", status_code=201)
        async def create(): ...
        Route("/health", health, methods=["get"])
        def health(): ...
        app.add_routes([web.get("/ready", health)])
        app.router.add_delete("/items", create)
        app.router.add_route("PUT", "/items", create)
        client.get("/items", create)
        """,
    ) == [
        "2 POST /items -> create",
        "4 GET /health -> health",
        "6 GET /ready -> health",
        "7 DELETE /items -> create",
        "8 PUT /items -> create",
    ]


def test_routes_of_django_have_no_slash_before_them() -> None:
    assert routes(
        "python",
        """\
        from django.urls import include, path
        urlpatterns = [
            path("cart/", views.cart),
            path("admin/", include("admin.urls")),
        ]
        path("a", "b")
        """,
    ) == ["3 * cart/"]


def test_a_client_asks_and_does_not_answer() -> None:
    assert routes("python", 'import requests\n@requests.get("/x")\ndef f(): ...\n') == []


def test_settings_of_pydantic_are_named_with_their_variables() -> None:
    assert settings(
        "python",
        '''\
        class Database(BaseModel):
            pool: int = Field(10, ge=1)
            """How many connections."""
        class Settings(BaseSettings):
            model_config = SettingsConfigDict(env_prefix="SHOP_", env_nested_delimiter="__")
            url: str
            database: Database = Database()
            level: str = Field("INFO", validation_alias="LOG_LEVEL", description="How much.")
            folder: Path = Field(default_factory=home)
            kind: ClassVar[str] = "x"
        ''',
    ) == [
        "6 Settings.url [SHOP_URL] str required",
        "2 Database.pool [SHOP_DATABASE__POOL] int = 10: How many connections.",
        '8 Settings.level [LOG_LEVEL] str = "INFO": How much.',
        "9 Settings.folder [SHOP_FOLDER] Path = home()",
    ]


def test_a_prefix_that_is_computed_names_no_variable() -> None:
    assert settings(
        "python",
        """\
        class Settings(BaseSettings):
            class Config:
                env_prefix = PREFIX
            url: str = ""
        """,
    ) == ['4 Settings.url [] str = ""']


def test_a_setting_is_required_only_when_that_is_certain() -> None:
    fields = """\
        class Settings(BaseSettings):
            a: str = ...
            b: list[str] = Field(default_factory=partial(list, ()))
            c: str = Field(**common)
            d: Optional[int]
            e: str = Field(..., min_length=1)
            f: Annotated[int, Field(default=3)]
            g: str = Field(min_length=1)
    """

    def required(head: str) -> list[str]:
        shown = settings("python", f"{head}\n{dedent(fields)}")
        return [each.split()[1][-1] for each in shown if each.endswith("required")]

    assert required("from pydantic import BaseSettings") == ["a", "e", "g"]
    assert required("from pydantic_settings import BaseSettings") == ["a", "d", "e", "g"]


def test_layers_of_many_bases_are_read_in_bounded_time() -> None:
    names = [[f"C{layer}_{number}" for number in range(12)] for layer in range(12)]
    bases = ["BaseModel", *(", ".join(layer) for layer in names)]
    source = "class BaseSettings: ...\n" + "".join(
        f"class {name}({bases[layer]}):\n    a: str\n"
        for layer, named in enumerate(names)
        for name in named
    )
    started = time.process_time()

    assert settings("python", source) == []

    assert time.process_time() - started < 5


def test_the_last_base_that_says_a_prefix_decides() -> None:
    classes = "".join(
        f"class {name}(BaseSettings):\n    model_config = SettingsConfigDict(env_prefix='{name}')\n"
        for name in "AB"
    )

    assert settings("python", classes + "class C(A, B):\n    url: str = ''\n") == [
        "6 C.url [BURL] str = ''"
    ]


def test_groups_that_contain_themselves_end() -> None:
    source = (
        "class S(BaseSettings):\n    model_config = SettingsConfigDict(env_nested_delimiter='_')\n"
    )
    source += "".join(f"    f{number}: S\n" for number in range(200))

    assert len(settings("python", source)) <= 2_000


def test_variables_of_decouple_and_environ() -> None:
    assert variables(
        "python",
        "from decouple import config\nA = config('SHOP_A', default=3)\nB = config(NAME)\n",
    ) == ["2 SHOP_A = 3"]
    assert variables(
        "python",
        "import environ\nenv = environ.Env()\nA = env.bool('SHOP_A', False)\nb.bool('C')\n",
    ) == ["3 SHOP_A = False"]


def test_tests_of_pytest_and_unittest() -> None:
    assert found_tests(
        "python",
        """\
        import pytest
        def test_one():
            def test_inner(): ...
        async def test_two(): ...
        def testing(): ...
        class TestCart:
            @pytest.mark.slow
            def test_total(self): ...
            def helper(self): ...
        class Till(unittest.TestCase):
            def testOpen(self): ...
        class Other:
            def test_connection(self): ...
        """,
    ) == ["2 test_one", "4 test_two", "8 TestCart.test_total", "11 Till.testOpen"]


def test_a_function_that_is_called_test_in_a_file_that_asserts_nothing_is_none() -> None:
    assert found_tests("python", "def test_connection(url):\n    return ping(url)\n") == []
