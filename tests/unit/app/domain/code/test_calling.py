"""What a change of parameters means to callers."""

from app.domain.code.calling import compare_calls


def test_a_recorded_parameter_that_is_a_rest_now_breaks_nothing_with_the_same_code() -> None:
    found = compare_calls(("items",), ("*items", "tax=1"), "a.py", same_code=True)

    assert found.added == ("tax",)
