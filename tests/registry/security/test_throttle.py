"""The throttle: counted in the database, per account, address and for everybody."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from registry.database.engine import reading, writing_unaudited
from registry.models import SignInThrottle
from registry.security import throttle
from registry.security.throttle import PER_KEY, WINDOW, clear, is_throttled, keys_of, record_failure

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def fail(engine, keys, times=1, now=NOW):
    for _ in range(times):
        with writing_unaudited(engine) as session:
            record_failure(session, keys, now)


def throttled(engine, keys, now=NOW):
    with reading(engine) as session:
        return is_throttled(session, keys, now)


def test_ten_failures_close_the_account_for_five_minutes(engine):
    keys = keys_of("alice", "192.0.2.1")
    fail(engine, keys, PER_KEY - 1)
    assert not throttled(engine, keys)
    fail(engine, keys)
    assert throttled(engine, keys)
    assert not throttled(engine, keys, NOW + WINDOW)


def test_an_expired_window_begins_again_at_one(engine):
    keys = keys_of("alice", "192.0.2.1")
    fail(engine, keys, PER_KEY)
    later = NOW + WINDOW
    fail(engine, keys, 1, later)
    assert not throttled(engine, keys, later)
    fail(engine, keys, PER_KEY - 1, later)
    assert throttled(engine, keys, later)


def test_an_account_is_counted_from_wherever_it_is_tried(engine):
    for number in range(PER_KEY):
        fail(engine, keys_of("alice", f"192.0.2.{number}"))
    assert throttled(engine, keys_of("Alice", "198.51.100.7"))
    assert not throttled(engine, keys_of("bob", "198.51.100.7"))


def test_an_address_is_counted_whatever_account_it_tries(engine):
    for number in range(PER_KEY):
        fail(engine, keys_of(f"user{number}", "192.0.2.1"))
    assert throttled(engine, keys_of("somebody", "192.0.2.1"))


def test_everybody_together_has_a_limit(engine, monkeypatch):
    monkeypatch.setattr(throttle, "LIMITS", {throttle.EVERYBODY: 5})
    for number in range(5):
        fail(engine, keys_of(f"user{number}", f"192.0.2.{number}"))
    assert throttled(engine, keys_of("new", "203.0.113.9"))


def test_a_success_forgets_the_account_but_not_the_address(engine):
    keys = keys_of("alice", "192.0.2.1")
    fail(engine, keys, PER_KEY)
    with writing_unaudited(engine) as session:
        clear(session, "Alice", NOW)
    assert throttled(engine, keys)
    assert not throttled(engine, keys_of("alice", "198.51.100.7"))


def test_failures_at_the_same_time_are_all_counted(engine):
    keys = keys_of("alice", "192.0.2.1")
    start = threading.Barrier(PER_KEY)

    def attempt():
        start.wait()
        fail(engine, keys)

    threads = [threading.Thread(target=attempt) for _ in range(PER_KEY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert throttled(engine, keys)


@pytest.mark.parametrize("name", ["x" * 10_000, "\u202eecila", "\ud800", "\0", "secret word"])
def test_a_strange_name_makes_an_ordinary_key_that_does_not_tell_it(name):
    keys = keys_of(name, "192.0.2.1")
    assert all(len(key) < 100 for key in keys)
    assert name not in "".join(keys)


def test_counters_of_long_ago_are_forgotten(engine):
    fail(engine, keys_of("somebody", "192.0.2.1"), 1, NOW - timedelta(days=2))
    with writing_unaudited(engine) as session:
        clear(session, "alice", NOW)
        assert session.scalar(select(func.count()).select_from(SignInThrottle)) == 0


def test_the_windows_are_those_of_the_published_practice():
    assert (PER_KEY, throttle.LIMITS[throttle.EVERYBODY]) == (10, 1000)
    assert timedelta(minutes=5) == WINDOW
