"""Find the Chromium that the browser tests drive, or install Debian's when allowed to.

Order: ``CHROMIUM``, then the usual names on PATH, then ``apt-get`` when running as root.
"""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
INSTALL = "apt-get update && apt-get install -y --no-install-recommends chromium"
FLAGS = (
    "--disable-gpu",
    # Nothing but the page under test may use the network.
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    # /dev/shm is tiny in many containers.
    "--disable-dev-shm-usage",
)


class NoBrowserError(RuntimeError):
    """There is no Chromium and no right to install one."""


def find() -> str | None:
    """Return the path of a browser that is already here."""
    chosen = os.environ.get("CHROMIUM")
    if chosen:
        return shutil.which(chosen)
    return next(filter(None, map(shutil.which, NAMES)), None)


def ensure() -> str:
    """Return the path of a browser, installing Debian's when this is root on Debian."""
    return find() or install()


def install() -> str:
    """Install Debian's Chromium, or say what to type."""
    if os.environ.get("CHROMIUM"):
        raise NoBrowserError(f"CHROMIUM names no program: {os.environ['CHROMIUM']}")
    if not may_install():
        raise NoBrowserError(f"The browser tests need Chromium. Type: sudo sh -c '{INSTALL}'")
    print("Installing Chromium with apt-get ...", file=sys.stderr, flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(
        ["/bin/sh", "-c", INSTALL], env=environment, capture_output=True, text=True, check=False
    )
    found = find()
    if done.returncode or found is None:
        last = (done.stderr.strip() or "no message").splitlines()[-1]
        raise NoBrowserError(f"apt-get could not install Chromium ({last}). Type: {INSTALL}")
    return found


def may_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def flags() -> list[str]:
    """Return the command-line flags; the sandbox cannot start as root."""
    return [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else list(FLAGS)


if __name__ == "__main__":
    try:
        print(f"Chromium: {ensure()}", flush=True)
    except NoBrowserError as problem:
        print(problem, file=sys.stderr)
        sys.exit(3)
