from app.domain.code.digest import KEPT, code_digest, text_digest, wording_digest


def test_a_local_name_counts_by_its_place_and_not_by_its_text() -> None:
    assert code_digest([("total", 1), ("=", KEPT)]) == code_digest([("amount", 1), ("=", KEPT)])


def test_any_other_name_counts_by_its_text() -> None:
    assert code_digest([("total", KEPT)]) != code_digest([("amount", KEPT)])


def test_two_local_names_that_change_places_are_seen() -> None:
    first = [("a", 1), ("b", 1), ("a", 1), ("-", KEPT), ("b", 1)]
    second = [("a", 1), ("b", 1), ("b", 1), ("-", KEPT), ("a", 1)]

    assert code_digest(first) != code_digest(second)


def test_one_name_in_two_scopes_is_two_names() -> None:
    assert code_digest([("a", 1), ("a", 2)]) != code_digest([("a", 1), ("a", 1)])


def test_tokens_are_not_glued_together() -> None:
    assert code_digest([("ab", KEPT), ("c", KEPT)]) != code_digest([("a", KEPT), ("bc", KEPT)])


def test_the_signature_and_the_doc_comment_both_count_as_wording() -> None:
    assert wording_digest("def f()", "One.") != wording_digest("def f()", "Two.")
    assert wording_digest("def f()", "One.") != wording_digest("def f(a)", "One.")


def test_the_digest_of_a_text_is_blind_to_its_layout() -> None:
    assert text_digest("one  two\nthree") == text_digest("one two three")


def test_quotes_white_space_and_a_last_comma_of_a_signature_are_layout() -> None:
    assert wording_digest("A = ['a', 'b',]", "") == wording_digest('A = ["a",  "b"]', "")
