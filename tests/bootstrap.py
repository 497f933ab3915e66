"""Make the virtual environment of ``make demo`` or ``make test``, then run what it was made for.

Standard library only, and readable by an old Python: it must say what is missing, not crash on it.
Everything it writes is inside the checkout's ``.venv`` or ``.test-venv``.
"""

import hashlib
import importlib.util
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NEEDED = (3, 11)
FOLDERS = {"demo": ".venv", "test": ".test-venv"}
PACKAGES = {"demo": ".", "test": ".[test]"}
CHECKS = (
    ("ruff", "check"),
    ("ruff", "format", "--check"),
    ("mypy",),
    ("tests.chromium",),  # installs the browser, or stops here with what to type
    ("pytest", "-n", "auto"),
)


def main(what: str) -> None:
    """Prepare and run ``demo`` or ``test``."""
    refuse_unsuitable_python(what)
    venv = ROOT / FOLDERS[what]
    os.environ.update(surroundings(venv))
    install(venv, PACKAGES[what])
    os.chdir(ROOT)
    if what == "demo":
        start_demo(venv)
    else:
        run_checks(venv)


def refuse_unsuitable_python(what: str) -> None:
    """Stop with one sentence that names the package to install."""
    version = ".".join(map(str, sys.version_info[:2]))
    if sys.version_info < NEEDED:
        stop(
            f"make {what} needs Python 3.11 or newer and found {version}: install the package "
            f"python3.11, then run: make {what} PYTHON=python3.11"
        )
    missing = [name for name in ("venv", "ensurepip") if not importlib.util.find_spec(name)]
    if missing:
        stop(
            f"Python {version} lacks {' and '.join(missing)}: install the package python3-venv "
            f"(Debian, Ubuntu: apt-get install python3-venv), then run make {what} again."
        )


def stop(sentence: str) -> None:
    print(sentence, file=sys.stderr)
    sys.exit(3)


def surroundings(venv: Path) -> "dict[str, str]":
    """Return the environment in which nothing depends on a home folder."""
    return {
        "PATH": os.pathsep.join([str(programs(venv)), os.environ.get("PATH", os.defpath)]),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_ROOT_USER_ACTION": "ignore",
        "PYTHONUNBUFFERED": "1",
        # matplotlib's font list: found again at the next start, and never written to the home
        "MPLCONFIGDIR": os.environ.get("MPLCONFIGDIR", str(venv / "matplotlib")),
    }


def programs(venv: Path) -> Path:
    return Path(sysconfig.get_path("scripts", "venv", {"base": str(venv)}))


def install(venv: Path, packages: str) -> None:
    """Fill the environment, unless it was filled from the same declaration before."""
    stamp = venv / "installed-from"
    wanted = fingerprint()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say(f"Preparing {venv.name} with Python {sys.version.split()[0]} ...")
    run(sys.executable, "-m", "venv", "--clear", venv)
    say("Installing packages; the first time this takes a minute or two ...")
    # An older wheel rather than a newer source archive: nobody here has a compiler.
    options = ("--quiet", "--prefer-binary", "--editable")
    run(programs(venv) / "python", "-m", "pip", "install", *options, packages)
    stamp.write_text(wanted)


def fingerprint() -> str:
    """Return what an environment depends on: the declared packages and the Python it stands on."""
    digest = hashlib.sha256(sys.version.encode())
    for name in ("setup.cfg", "pyproject.toml"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def start_demo(venv: Path) -> None:
    """Become the demo, so that Ctrl-C and signals reach it and nothing stands between."""
    words = [str(programs(venv) / "registry"), "demo"]
    if os.environ.get("PORT"):
        words += ["--port", os.environ["PORT"]]
    os.execv(words[0], words)


def run_checks(venv: Path) -> None:
    """Run style, types and tests; stop at the first that fails, with its exit code."""
    os.environ["MPLCONFIGDIR"] = str(venv / "matplotlib")
    python = programs(venv) / "python"
    for name, *options in CHECKS:
        say(" ".join([name, *options]))
        run(python, "-m", name, *options)


def run(*words: object) -> None:
    """Run a program in the checkout, or stop with its exit code."""
    done = subprocess.run([str(word) for word in words], cwd=str(ROOT), check=False)
    if done.returncode:
        sys.exit(done.returncode)


def say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except KeyboardInterrupt:
        sys.exit(130)
