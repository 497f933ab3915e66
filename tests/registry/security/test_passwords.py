"""Passwords: argon2id, the same work for known and unknown, a policy in sentences."""

from dataclasses import replace

import pytest

from registry.errors import InvalidRecordError
from registry.security import passwords
from registry.security.passwords import check_policy, hash_password, needs_rehash, verify_password


def test_a_hash_is_argon2id_with_the_parameters_of_the_settings(settings):
    assert hash_password("a long enough password", settings).startswith("$argon2id$v=19$m=8,t=1")


def test_the_default_parameters_are_those_of_the_published_advice(settings):
    defaults = type(settings)(database_url="", home=settings.home, key_file=settings.key_file)
    assert (defaults.argon2_memory_kib, defaults.argon2_time_cost) == (47104, 1)


def test_the_right_password_is_recognised_and_no_other(settings):
    stored = hash_password("a long enough password", settings)
    assert verify_password(stored, "a long enough password", settings)
    assert not verify_password(stored, "a long enough passwor", settings)
    assert not verify_password(stored, "", settings)


def test_an_unknown_account_is_hashed_as_well_and_never_let_in(settings, monkeypatch):
    asked = []
    hasher = passwords._hasher(8, 1)
    real = type(hasher).verify

    def verify(self, stored, candidate):
        asked.append(stored)
        return real(self, stored, candidate)

    monkeypatch.setattr(type(hasher), "verify", verify)
    assert not verify_password(None, "nobody has this password", settings)
    assert len(asked) == 1
    assert asked[0].startswith("$argon2id$")


@pytest.mark.parametrize("typed", ["x" * 10_000, "\0" * 20, "\ud800" * 20, "ü" * 300, "🙂" * 100])
def test_a_strange_password_is_wrong_and_no_error(settings, typed):
    stored = hash_password("a long enough password", settings)
    assert not verify_password(stored, typed, settings)


def test_a_longer_password_is_never_cut_to_a_right_one(settings):
    longest = "p" * 128 + "q" * 128
    assert not verify_password(hash_password(longest, settings), longest + "x", settings)


def test_higher_parameters_ask_for_a_new_hash(settings):
    stored = hash_password("a long enough password", settings)
    assert not needs_rehash(stored, settings)
    assert needs_rehash(stored, replace(settings, argon2_memory_kib=16))


@pytest.mark.parametrize("typed", ["", "eleven char", "x" * 257])
def test_length_is_asked_for_in_a_sentence(typed):
    with pytest.raises(InvalidRecordError) as caught:
        check_policy(typed)
    assert "Use 12 to 256 characters" in caught.value.fields["password"]


def test_one_letter_twelve_times_is_no_password():
    with pytest.raises(InvalidRecordError, match="correction"):
        check_policy("a" * 12)
