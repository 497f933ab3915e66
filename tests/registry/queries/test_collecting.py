"""The cycle collector is off while facts are worked on, and back on whatever happens."""

import gc

import pytest

from registry.queries.collecting import no_pauses


def test_the_collector_is_off_inside_and_on_again_after_an_error():
    with no_pauses():
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError), no_pauses():
        _ = 1 / 0
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off():
    gc.disable()
    try:
        with no_pauses():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
