"""An installed wheel is the whole product: it works from an empty folder, far from the checkout."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from configparser import ConfigParser
from pathlib import Path

import pytest
from setuptools import find_packages

ROOT = Path(__file__).parent.parent
# Where a folder of the checkout goes in the package.
PLACES = {
    "registry": "registry",
    "templates": "registry/templates",
    "migrations": "registry/migrations",
}
SERVE_A_PAGE = """
from registry import create_app
from registry.settings import Settings
client = create_app(Settings.from_env()).test_client()
page = client.get("/sign-in")
print(page.status_code, "username" in page.text)
"""


def product_files() -> set[str]:
    """Return every file of the product by its name inside the package."""
    return {
        f"{place}/{file.relative_to(ROOT / folder).as_posix()}"
        for folder, place in PLACES.items()
        for file in (ROOT / folder).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy to build from, because a build leaves folders beside its sources."""
    copy = tmp_path_factory.mktemp("source")
    for name in PLACES:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, copy / name, ignore=ignored)
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    return copy


def build(source: Path, kind: str) -> Path:
    """Build a wheel or an sdist with the setuptools that is installed here."""
    call = f"from setuptools import build_meta as b; print(b.build_{kind}('dist'))"
    (source / "dist").mkdir(exist_ok=True)
    said = run(sys.executable, "-W", "ignore", "-c", call, folder=source)
    return source / "dist" / said.splitlines()[-1]


def run(*words: object, folder: Path, **environment: str) -> str:
    """Run a program in a folder, knowing nothing of the checkout, and return what it printed."""
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
    done = subprocess.run(
        [str(word) for word in words],
        cwd=folder,
        env=kept | {"HOME": str(folder)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(source: Path) -> Path:
    return build(source, "wheel")


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of a fresh environment with the wheel, over the libraries of this one."""
    venv = tmp_path_factory.mktemp("venv")
    run(sys.executable, "-m", "venv", "--without-pip", venv, folder=venv)
    scheme = {"base": str(venv), "platbase": str(venv)}
    packages = Path(sysconfig.get_path("purelib", "venv", scheme))
    # A plain path line: .pth files over there, such as an editable checkout's, stay unread.
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    found = Path(sysconfig.get_path("scripts", "venv", scheme))
    pip = [sys.executable, "-m", "pip", "--python", found / "python"]
    run(*pip, "install", "--quiet", "--no-index", "--no-deps", wheel, folder=venv)
    return found


@pytest.fixture
def installed(programs: Path, tmp_path: Path) -> dict[str, str]:
    return {
        "PATH": os.pathsep.join([str(programs), os.defpath]),
        "REGISTRY_SECRET_KEY": "of the tests, and as long as a real one",
        "REGISTRY_TRUSTED_HOSTS": "localhost",
        "MPLCONFIGDIR": str(tmp_path),
    }


def test_setup_cfg_names_every_package():
    declared = ConfigParser()
    declared.read(ROOT / "setup.cfg")
    named = set(declared["options"]["packages"].split())
    found = set(find_packages(str(ROOT), include=["registry", "registry.*"]))
    assert named == found | {"registry.templates", "registry.migrations"}


def test_the_wheel_holds_exactly_the_files_of_the_product(wheel: Path):
    names = zipfile.ZipFile(wheel).namelist()
    assert {name for name in names if ".dist-info/" not in name} == product_files()


def test_the_source_archive_holds_every_file_of_the_product_and_the_licence(source: Path):
    with tarfile.open(build(source, "sdist")) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    there = {file.replace("registry/templates/", "templates/") for file in product_files()}
    there = {file.replace("registry/migrations/", "migrations/") for file in there}
    assert there | {"LICENSE", "README.md", "setup.cfg"} <= names


def test_an_installed_wheel_migrates_and_serves_from_an_empty_folder(
    programs: Path, installed: dict[str, str], tmp_path: Path
):
    empty = tmp_path / "empty"
    empty.mkdir()

    where = "import registry; print(registry.__file__)"
    assert str(programs.parent) in run("python", "-c", where, folder=empty, **installed)
    run("registry", "db", "upgrade", folder=empty, **installed)
    run("registry", "db", "check", folder=empty, **installed)
    said = run("python", "-c", SERVE_A_PAGE, folder=empty, **installed)

    assert said.split() == ["200", "True"]
    assert (empty / "instance" / "registry.db").exists()
