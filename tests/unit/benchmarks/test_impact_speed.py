from benchmarks.impact_speed import count, misreport, rename, table

SOURCE = (
    "export async function total(a: number) {\n    return a;\n}\nfunction b() {\n    return 1;\n}\n"
)


def test_a_change_is_one_that_pages_can_be_wrong_about() -> None:
    assert misreport(SOURCE) == SOURCE.replace("return a", "return null ?? a")
    assert rename(SOURCE) == SOURCE.replace("total", "totalAnew")
    assert rename("const a = 1;\n") == "const a = 1;\n"


def test_pages_of_both_kinds_are_counted_by_verdict() -> None:
    told = {
        "scopes": [{"pages": [{"verdict": "stale"}, {"verdict": "reworded"}], "fresh": 3}],
        "people": [{"verdict": "stale"}],
        "people_fresh": 4,
    }

    assert dict(count(told)) == {"stale": 2, "reworded": 1, "fresh": 7}


def test_the_table_shows_each_way_to_ask() -> None:
    each = {"wall_s": 1.23, "cpu_s": 1.04, "peak_mb": 99.6, "verdicts": {"fresh": 7, "stale": 2}}

    drawn = table(dict.fromkeys(("since_the_pages", "range", "shallow"), each)).splitlines()

    assert drawn[2] == "| `autodoc impact` | 1.2 s | 1.0 s | 100 MB | 7 fresh, 2 stale |"
    assert len(drawn) == 5
