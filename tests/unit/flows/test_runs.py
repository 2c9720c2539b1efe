import gc

import pytest

from flows.runs.performing import COLLECTIONS, rare_collections


def test_a_run_collects_garbage_rarely_and_leaves_the_collector_as_it_was() -> None:
    before = gc.get_threshold()

    def fail() -> None:
        with rare_collections():
            assert gc.get_threshold() == COLLECTIONS
            assert gc.get_freeze_count() > 0
            raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        fail()

    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0
