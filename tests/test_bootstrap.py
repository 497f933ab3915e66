"""A machine that lacks something is told in one sentence what to install."""

import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests import bootstrap, chromium

ROOT = Path(__file__).parent.parent


def test_a_python_without_ensurepip_is_told_the_package(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def without(name: str) -> object:
        return None if name == "ensurepip" else find_spec(name)

    monkeypatch.setattr(bootstrap.importlib.util, "find_spec", without)

    with pytest.raises(SystemExit) as left:
        bootstrap.main("demo")

    said = capsys.readouterr().err
    assert left.value.code == 3
    assert "install the package python3-venv" in said
    assert said.count("\n") == 1


def test_an_old_python_is_told_which_one_is_needed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 2))

    with pytest.raises(SystemExit) as left:
        bootstrap.main("test")

    assert left.value.code == 3
    assert "needs Python 3.11 or newer and found 3.9" in capsys.readouterr().err


def test_make_without_any_python_names_the_packages(tmp_path: Path):
    for name in ("make", "sh"):
        (tmp_path / name).symlink_to(shutil.which(name))

    done = subprocess.run(
        ["make", "-f", ROOT / "Makefile", "demo"],
        cwd=tmp_path,
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    assert "apt-get install python3 python3-venv" in done.stderr


def test_without_a_browser_an_ordinary_user_is_told_the_command(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(chromium, "NAMES", ())
    monkeypatch.setattr(chromium.os, "geteuid", lambda: 1000)

    with pytest.raises(chromium.NoBrowserError, match="apt-get install -y") as said:
        chromium.ensure()

    assert "\n" not in str(said.value)


def test_a_chosen_browser_that_is_not_there_is_never_replaced(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "nothing"))

    with pytest.raises(chromium.NoBrowserError, match="CHROMIUM names no program"):
        chromium.ensure()
