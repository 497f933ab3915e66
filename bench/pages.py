"""Server CPU of the pages against a bare Flask hello behind the same server, as ratios of one run.

10,000 invented patients, sign-in, CSRF and headers on, over HTTP on loopback with kept
connections. Every server is one gunicorn worker with threads; rounds are interleaved, so
that a busy machine slows all alike, and medians are compared.

Run: ``python -m bench.pages [--patients N] [--rounds N] [--home FOLDER]``; FOLDER keeps the
filled registry for the next run.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from http.client import HTTPConnection, HTTPResponse
from itertools import cycle
from pathlib import Path
from socket import socket
from statistics import median
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import text

from bench.population import fill
from registry.database.engine import make_engine, reading
from registry.database.schema import upgrade
from registry.security.passwords import hash_password
from registry.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
AIMS = {"patient page": 5.0, "visit form": 3.0, "list page": 5.5}
PASSWORD = "a password for measuring only"
SECRET = "for measuring only, as long as a real one"
PER_ROUND = 96  # requests of one kind in a row
AT_ONCE = 8  # connections, so that the server is never idle between two requests
PATIENTS_SEEN = 50  # different patients, so that no page is only ever in a cache
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def hello() -> Flask:
    """Return the smallest application, to hold the pages against."""
    app = Flask("hello")
    app.add_url_rule("/", "hello", lambda: "hello")
    return app


def prepared(home: Path, patients: int) -> tuple[dict[str, str], list[str]]:
    """Fill the registry in ``home`` unless it is; return its environment and codes to open."""
    home.mkdir(parents=True, exist_ok=True)
    key = home / "registry.key"
    new = not key.exists()
    if new:
        key.touch(mode=0o600)
        key.write_text("k" * 40)
    env = {
        "REGISTRY_HOME": str(home),
        "REGISTRY_KEY_FILE": str(key),
        "REGISTRY_SECRET_KEY": SECRET,
        "REGISTRY_OPERATOR": "Measurements",
        "REGISTRY_TRUSTED_HOSTS": "127.0.0.1",
    }
    settings = Settings.from_env(env)
    engine = make_engine(settings.database_url, settings.key())
    if new:
        upgrade(engine)
        fill(engine, patients, hash_password(PASSWORD, settings))
    with reading(engine) as session:
        found = session.execute(text(
            "SELECT code FROM patient JOIN enrolment ON patient_id = patient.id"
            f" WHERE site_id = 1 ORDER BY code LIMIT {PATIENTS_SEEN}"
        ))  # fmt: skip
        codes = list(found.scalars())
    engine.dispose()
    return env, codes


@contextmanager
def served(application: str, env: dict[str, str], *options: str) -> Iterator[tuple[int, int]]:
    """Serve an application; yield its port and the process id of its one worker."""
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--workers", "1",
        "--threads", "4", "--keep-alive", "60", "--bind", f"127.0.0.1:{port}",
        "--log-level", "error", *options, application,
    ]  # fmt: skip
    master = subprocess.Popen(command, env=os.environ | env, cwd=ROOT)
    try:
        _wait(port)
        yield port, _worker(master.pid)
    finally:
        master.terminate()
        master.wait()


def _wait(port: int) -> None:
    for _ in range(300):
        with socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError(f"nothing listens on port {port}")


def _worker(master: int) -> int:
    children = Path(f"/proc/{master}/task/{master}/children")
    while not children.read_text().split():
        time.sleep(0.1)
    return int(children.read_text().split()[0])


def cpu_ms(worker: int) -> float:
    """Return the processor time that all threads of the worker have used so far.

    The clock is that of clock_getcpuclockid(3); /proc/PID/stat counts in steps of 10 ms.
    """
    return time.clock_gettime((~worker << 3) | 2) * 1000


def sign_in(port: int, username: str) -> str:
    """Sign in through the form; return the cookie."""
    connection = HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/sign-in")
    first = connection.getresponse()
    token = TOKEN.search(first.read().decode())
    if token is None:
        raise RuntimeError("the sign-in page has no form")
    fields = {"username": username, "password": PASSWORD, "csrf_token": token[1]}
    headers = {
        "Cookie": _cookie(first),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    connection.request("POST", "/sign-in", urlencode(fields), headers)
    second = connection.getresponse()
    second.read()
    if second.status != HTTPStatus.FOUND:
        raise RuntimeError(f"sign-in answered {second.status}")
    # The first page adds the CSRF token, as it does in a browser.
    connection.request("GET", "/patients/", headers={"Cookie": _cookie(second)})
    third = connection.getresponse()
    third.read()
    return _cookie(third)


def _cookie(answer: HTTPResponse) -> str:
    return (answer.getheader("Set-Cookie") or "").partition(";")[0]


class Page:
    """One kind of address on one server, with the processor time of each round."""

    def __init__(self, port: int, worker: int, paths: list[str], cookie: str = "") -> None:
        self.connections = [HTTPConnection("127.0.0.1", port) for _ in range(AT_ONCE)]
        self.worker, self.paths, self.cookie = worker, cycle(paths), cookie
        self.rounds: list[float] = []
        self.kilobytes = 0.0

    def measure(self, requests: int, *, keep: bool) -> None:
        """Send some requests, a few at once, and note the cost of one."""
        before = cpu_ms(self.worker)
        for _ in range(requests // AT_ONCE):
            asked = [next(self.paths) for _ in self.connections]
            for connection, path in zip(self.connections, asked, strict=True):
                connection.request("GET", path, headers={"Cookie": self.cookie})
            for connection, path in zip(self.connections, asked, strict=True):
                self._read(connection, path)
        if keep:
            self.rounds.append((cpu_ms(self.worker) - before) / requests)

    def _read(self, connection: HTTPConnection, path: str) -> None:
        answer = connection.getresponse()
        self.kilobytes = len(answer.read()) / 1000
        if answer.status != HTTPStatus.OK:
            raise RuntimeError(f"{path} answered {answer.status}")


def pages(stack: ExitStack, home: Path, patients: int) -> dict[str, Page]:
    """Start the servers and return every kind of page that is measured."""
    env, codes = prepared(home, patients)
    port, worker = stack.enter_context(served("wsgi:app", env))
    bare = stack.enter_context(served("bench.pages:hello()", {}))
    logged = stack.enter_context(served("bench.pages:hello()", {}, "--access-logfile", os.devnull))
    cookie = sign_in(port, "clinician")
    everywhere = sign_in(port, "data_manager")
    return {
        "hello": Page(*bare, ["/"]),
        "hello with access log": Page(*logged, ["/"]),
        "patient page": Page(port, worker, [f"/patients/{code}" for code in codes], cookie),
        "visit form": Page(port, worker, [f"/patients/{c}/visits/new" for c in codes], cookie),
        "list page": Page(port, worker, ["/patients/"], cookie),
        "list page, every site": Page(port, worker, ["/patients/?after=P-05000"], everywhere),
    }


def report(measured: dict[str, Page]) -> None:
    """Print medians and the median of the ratios of each round."""
    base = measured["hello"].rounds
    for name, page in measured.items():
        ratio = median(own / bare for own, bare in zip(page.rounds, base, strict=True))
        aim = f"  aim {AIMS[name]}" if name in AIMS else ""
        size = f"{page.kilobytes:6.1f} kB"
        print(f"{name:24} {median(page.rounds):7.3f} ms {size} {ratio:6.2f} x hello{aim}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--patients", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--home", type=Path)
    asked = parser.parse_args()
    with ExitStack() as stack:
        home = asked.home or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        measured = pages(stack, home, asked.patients)
        for number in range(asked.rounds + 2):
            for page in measured.values():
                page.measure(PER_ROUND, keep=number >= 2)
        report(measured)


if __name__ == "__main__":
    main()
