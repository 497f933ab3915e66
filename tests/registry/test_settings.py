"""Settings say at the start what is wrong with them."""

import pytest

from registry.errors import EnvironmentProblem
from registry.settings import Settings

SAFE = {
    "DATABASE_URL": "postgresql://db/registry",
    "REGISTRY_SECRET_KEY": "x" * 40,
    "REGISTRY_TRUSTED_HOSTS": "registry.example.org",
}


def test_safe_settings_may_serve_people():
    settings = Settings.from_env(SAFE)
    settings.check_production()
    assert settings.trusted_hosts == ("registry.example.org",)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("REGISTRY_SECRET_KEY", "changeme", "32 random characters"),
        ("REGISTRY_SECURE_COOKIES", "false", "must not be switched off"),
        ("REGISTRY_SYNTHETIC", "true", "demonstrations only"),
        ("REGISTRY_TRUSTED_HOSTS", " ", "name the host"),
    ],
)
def test_an_unsafe_one_refuses_to_serve(name, value, words):
    with pytest.raises(EnvironmentProblem, match=words):
        Settings.from_env(SAFE | {name: value}).check_production()
    Settings.from_env(SAFE | {name: value, "REGISTRY_PRODUCTION": "no"}).check_production()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REGISTRY_PRODUCTION", "maybe"),
        *[("REGISTRY_PROXY_HOPS", text) for text in ("-1", "1.5", "٣", "9" * 5000, "nan")],
        ("REGISTRY_SECRET_KEY_FILE", "/nowhere/at/all"),
    ],
)
def test_a_value_that_cannot_be_read_is_named(name, value):
    with pytest.raises(EnvironmentProblem, match=name) as problem:
        Settings.from_env(SAFE | {name: value})
    assert len(str(problem.value)) < 150


def test_a_secret_file_of_bytes_is_no_text(tmp_path):
    file = tmp_path / "secret"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(EnvironmentProblem, match="is not text"):
        Settings.from_env({"REGISTRY_SECRET_KEY_FILE": str(file)})


def test_the_key_lives_beside_its_database(tmp_path):
    url = f"sqlite:///{tmp_path}/here.db"
    assert Settings.from_env({"DATABASE_URL": url}).key_file == tmp_path / "here.key"


@pytest.mark.parametrize(
    ("mode", "content", "words"),
    [
        (0o644, b"k" * 40, "read by others"),
        (0o600, b"short", "shorter than 32"),
        (None, b"", "db upgrade"),
    ],
)
def test_an_unsafe_audit_key_is_refused(tmp_path, mode, content, words):
    file = tmp_path / "audit.key"
    if mode is not None:
        file.write_bytes(content)
        file.chmod(mode)
    settings = Settings.from_env({"REGISTRY_KEY_FILE": str(file)})
    with pytest.raises(EnvironmentProblem, match=words):
        settings.key()
