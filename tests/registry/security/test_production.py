"""Production refuses to start with any setting that is only safe on a developer's machine."""

import os
from dataclasses import replace

import pytest

from registry import create_app
from registry.errors import EnvironmentProblem
from registry.settings import Settings

UNSAFE = {
    "no secret": {"secret_key": ""},
    "short secret": {"secret_key": "x" * 31},
    "example secret": {"secret_key": "changeme"},
    "cookies without TLS": {"secure_cookies": False},
    "demonstration": {"synthetic": True},
    "any host": {"trusted_hosts": ()},
}


@pytest.fixture
def safe(settings):
    return replace(
        settings, production=True, secure_cookies=True, trusted_hosts=("registry.example",)
    )


def test_safe_settings_start(safe):
    create_app(safe).extensions["registry_engine"].dispose()


@pytest.mark.parametrize("change", UNSAFE.values(), ids=UNSAFE.keys())
def test_one_unsafe_setting_is_enough_to_refuse(safe, change):
    with pytest.raises(EnvironmentProblem, match="refusing to start"):
        create_app(replace(safe, **change))


def test_every_unsafe_setting_is_named_at_once(safe):
    unsafe = {name: value for change in UNSAFE.values() for name, value in change.items()}
    with pytest.raises(EnvironmentProblem) as caught:
        create_app(replace(safe, **unsafe))
    for name in ("SECRET_KEY", "SECURE_COOKIES", "SYNTHETIC", "TRUSTED_HOSTS"):
        assert f"REGISTRY_{name}" in str(caught.value)


def test_production_is_what_one_gets_without_asking(tmp_path):
    assert Settings.from_env({"REGISTRY_HOME": str(tmp_path)}).production


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o666])
def test_an_audit_key_that_others_can_read_is_refused(safe, mode):
    os.chmod(safe.key_file, mode)
    with pytest.raises(EnvironmentProblem, match="chmod 600"):
        create_app(safe)


def test_an_audit_key_that_is_missing_or_short_is_refused(safe):
    safe.key_file.write_bytes(b"short")
    with pytest.raises(EnvironmentProblem, match="shorter than 32 bytes"):
        create_app(safe)
    safe.key_file.unlink()
    with pytest.raises(EnvironmentProblem, match="cannot be read"):
        create_app(safe)


@pytest.mark.parametrize("name", ["REGISTRY_PRODUCTION", "REGISTRY_SECURE_COOKIES"])
def test_a_switch_that_is_neither_on_nor_off_is_refused(tmp_path, name):
    with pytest.raises(EnvironmentProblem, match="write true or false"):
        Settings.from_env({"REGISTRY_HOME": str(tmp_path), name: "maybe"})


def test_the_secret_is_not_in_the_message(safe):
    with pytest.raises(EnvironmentProblem) as caught:
        create_app(replace(safe, secret_key="short and private"))
    assert "private" not in str(caught.value)
