from app.domain.wiki.arrows import box_of, busiest


def test_every_box_that_imports_keeps_an_arrow_that_says_so() -> None:
    pairs = dict.fromkeys([(f"a{n}", f"b{m}") for n in range(9) for m in range(9)], 1)
    pairs["zoo", "b0"] = 1

    chosen = busiest(pairs, 20)

    assert len(chosen) == 20
    assert {source for source, _ in chosen} == {source for source, _ in pairs}
    assert {target for _, target in chosen} == {target for _, target in pairs}


def test_arrows_are_cut_by_their_weight_and_then_by_how_connected_their_ends_are() -> None:
    pairs = {("a", "b"): 1, ("y", "z"): 1, ("a", "z"): 5, ("y", "hub"): 1, ("x", "hub"): 1}

    chosen = busiest(pairs, 1)

    assert chosen[0] == ("a", "z")
    assert ("y", "z") not in chosen


def test_an_import_of_go_means_the_folder() -> None:
    assert [box_of(path) for path in ("a/b.go", "main.go", "a/b.py")] == [
        "a",
        "top level",
        "a/b.py",
    ]
