"""The seal covers each of its parts, and no two contents look alike to it."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.audit.seal import Seal, digest, encoded

KEY = b"k" * 32
SEAL = Seal(
    seq=7,
    tx="a" * 32,
    actor="alice",
    reason="form",
    request=None,
    at=datetime(2026, 3, 1, 12, 0, 0, 5, tzinfo=UTC),
    n=3,
    digest="d" * 64,
    prev="p" * 64,
)
OTHER = {
    "seq": 8,
    "tx": "b" * 32,
    "actor": "bob",
    "reason": "import",
    "request": "",
    "at": SEAL.at + timedelta(microseconds=1),
    "n": 4,
    "digest": "e" * 64,
    "prev": "q" * 64,
}
texts = st.lists(st.none() | st.text(), max_size=4)


@pytest.mark.parametrize("name", [field.name for field in fields(Seal)])
def test_each_part_changes_the_seal(name: str) -> None:
    assert replace(SEAL, **{name: OTHER[name]}).mac(KEY) != SEAL.mac(KEY)


def test_another_key_makes_another_seal() -> None:
    assert SEAL.mac(KEY) != SEAL.mac(b"l" * 32)


def test_the_same_instant_in_another_zone_is_the_same_seal() -> None:
    elsewhere = SEAL.at.astimezone(timezone(timedelta(hours=2)))
    assert replace(SEAL, at=elsewhere).mac(KEY) == SEAL.mac(KEY)


@given(texts, texts)
def test_different_fields_never_encode_alike(one: list[str | None], two: list[str | None]) -> None:
    assert (encoded(one) == encoded(two)) == (one == two)


def test_the_order_of_entries_counts() -> None:
    one, two = (1, "site", "1", "I", None, "{}"), (2, "site", "2", "I", None, "{}")
    assert digest([one, two])[0] == 2
    assert digest([one, two]) != digest([two, one])
