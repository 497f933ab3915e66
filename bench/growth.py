"""How cost grows with the registry: import, export, summary and pages at two sizes, one run.

The invented cohort, laboratory values and adverse events included, goes in through the importer.
Printed is processor time at both sizes and the exponent: 0 is constant, 1 is in proportion.
The export of one file is held against ``sqlite3 -csv`` selecting the same columns, and the peak
memory of the whole export is given at both sizes.

Run: ``python -m bench.growth [--sizes 1000 10000] [--rounds N] [--home FOLDER]``
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from math import log10
from pathlib import Path
from statistics import median
from typing import IO

from sqlalchemy import Engine, select, text

from bench.pages import PASSWORD, SECRET, Page, served, sign_in
from registry import clock
from registry.audit.context import Context
from registry.database.engine import make_engine, reading, writing
from registry.exchange.files import FILES
from registry.exports.exchange import silent, write_file
from registry.models import Lot, RoleGrant, Site, User
from registry.security.passwords import hash_password
from registry.settings import Settings
from registry.synthetic.folder import write_folder

PER_ROUND = 48
SEEN = 40  # different patients
AIMS = {"import": 1.1, "export": 1.1, "summary": 1.1}
PAGE_AIM = 0.25
ONE_FILE_AIM = 0.4
COMPARED = ("visits.csv", "labs.csv")
FILE_ROUNDS = 5


@dataclass
class Size:
    """One filled registry and what was measured of it."""

    patients: int
    home: Path
    rows: int = 0
    cpu: dict[str, float] = field(default_factory=dict)  # seconds; pages: ms a request
    peak_mb: dict[str, float] = field(default_factory=dict)

    @property
    def env(self) -> dict[str, str]:
        return {
            "REGISTRY_HOME": str(self.home),
            "REGISTRY_SECRET_KEY": SECRET,
            "REGISTRY_OPERATOR": "Measurements",
            "REGISTRY_TRUSTED_HOSTS": "127.0.0.1",
        }

    def engine(self) -> Engine:
        settings = Settings.from_env(self.env)
        return make_engine(settings.database_url, settings.key())


def command(size: Size, name: str, *words: str) -> None:
    """Run one command of the registry; note its processor time and peak memory."""
    process = subprocess.Popen(
        [sys.executable, "-c", "from registry.cli import main; main()", *words],
        env=os.environ | size.env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,  # warnings of the import
    )
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError(f"registry {' '.join(words)} failed")
    size.cpu[name] = used.ru_utime + used.ru_stime
    size.peak_mb[name] = used.ru_maxrss / 1024


def filled(size: Size) -> None:
    """Import the cohort and add the accounts that look at it, unless an earlier run did."""
    kept = size.home / "filled.json"
    if kept.exists():
        size.rows, size.cpu["import"], size.peak_mb["import"] = json.loads(kept.read_text())
        return
    size.home.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as made:
        size.rows = sum(write_folder(Path(made), size.patients, today=clock.today()).values())
        command(size, "upgrade", "db", "upgrade")
        command(size, "import", "import", made)
    add_accounts(size)
    kept.write_text(json.dumps([size.rows, size.cpu["import"], size.peak_mb["import"]]))


def add_accounts(size: Size) -> None:
    engine = size.engine()
    settings = Settings.from_env(size.env)
    with writing(engine, Context("bench", "staff")) as session:
        site = session.scalar(select(Site.id).order_by(Site.id).limit(1))
        for role, where in (("clinician", site), ("data_manager", None)):
            user = User(
                username=role,
                printed_name=role.title(),
                password_hash=hash_password(PASSWORD, settings),
            )
            session.add(user)
            session.flush()
            session.add(
                RoleGrant(user_id=user.id, role=role, site_id=where, granted_at=clock.now())
            )
    engine.dispose()


def commands(size: Size) -> None:
    with tempfile.TemporaryDirectory() as made:
        command(size, "export", "export", f"{made}/out")
        command(size, "summary", "summary", "--format", "json", "-o", f"{made}/summary.json")


def pages(stack: ExitStack, size: Size) -> dict[str, Page]:
    """Serve the registry; return every kind of page that is measured."""
    engine = size.engine()
    with reading(engine) as session:
        statement = text(
            "SELECT code FROM patient JOIN enrolment ON patient_id = patient.id"
            f" WHERE site_id = 1 AND to_on IS NULL ORDER BY code LIMIT {SEEN}"
        )
        codes = list(session.execute(statement).scalars())
        statement = text(
            "SELECT code FROM visit WHERE site_id = 1 AND voided_at IS NULL"
            f" ORDER BY code LIMIT {SEEN}"
        )
        visits = list(session.execute(statement).scalars())
        lots = list(session.scalars(select(Lot.id).order_by(Lot.code).limit(SEEN)))
    engine.dispose()
    port, worker = stack.enter_context(served("wsgi:app", size.env))
    cookie = sign_in(port, "clinician")
    everywhere = sign_in(port, "data_manager")
    paths = {
        "list page": ["/patients/"],
        "patient page": [f"/patients/{code}" for code in codes],
        "a visit": [f"/visits/{code}" for code in visits],
        "visit form": [f"/patients/{code}/visits/new" for code in codes],
        "laboratory page": [f"/patients/{code}/laboratory" for code in codes],
        "history page": [f"/patients/{code}/history" for code in codes],
        "events of a patient": [f"/patients/{code}/adverse-events" for code in codes],
        "events of the site": ["/adverse-events"],
        "lots": ["/lots/"],
        "recipients of a lot": [f"/lots/{lot}" for lot in lots],
    }
    found = {name: Page(port, worker, addresses, cookie) for name, addresses in paths.items()}
    found["list page, every site"] = Page(port, worker, ["/patients/"], everywhere)
    return found


def measure_pages(sizes: list[Size], rounds: int) -> None:
    """Ask for the pages of both registries in turn, so that a busy machine slows both alike."""
    with ExitStack() as stack:
        served_pages = [(size, pages(stack, size)) for size in sizes]
        for number in range(rounds + 1):
            for _, kinds in served_pages:
                for page in kinds.values():
                    page.measure(PER_ROUND, keep=number > 0)
        for size, kinds in served_pages:
            size.cpu |= {name: median(page.rounds) for name, page in kinds.items()}


class Nowhere:
    """A target whose bytes are thrown away."""

    def file(self, _: str) -> IO[bytes]:
        return Path(os.devnull).open("wb")


def one_file(size: Size, name: str) -> tuple[int, float, float]:
    """Return the rows of one file, its export and ``sqlite3 -csv`` of the same columns, CPU s."""
    engine = size.engine()
    with reading(engine, snapshot=True) as session:
        began = time.process_time()
        rows = write_file(session, Nowhere(), FILES[name], None, silent)
        ours = time.process_time() - began
    engine.dispose()
    return rows, ours, _shell(size, PLAIN[name])


# The columns of the file, in its order, as the command-line shell would be asked for them.
PLAIN = {
    "visits.csv": (
        "SELECT v.code, p.code, s.code, v.visited_on, v.timepoint, v.attendance, v.reason,"
        " v.contact_mode, v.assessor, v.signed_elsewhere_by, v.signed_elsewhere_at"
        " FROM visit v JOIN patient p ON p.id = v.patient_id JOIN site s ON s.id = v.site_id"
        " WHERE v.voided_at IS NULL AND (v.source = 'import' OR v.signed_version > 0)"
        " ORDER BY v.code"
    ),
    "labs.csv": (
        "SELECT p.code, r.collected_on, r.analyte, r.code, v.code, r.value, r.unit, r.comparator,"
        " r.state, r.lower_limit, r.upper_limit, r.laboratory"
        " FROM laboratory_result r JOIN patient p ON p.id = r.patient_id"
        " LEFT JOIN visit v ON v.id = r.visit_id WHERE r.voided_at IS NULL"
        " ORDER BY p.code, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12"
    ),
}


def _shell(size: Size, statement: str) -> float:
    with Path(os.devnull).open("wb") as nowhere:
        process = subprocess.Popen(
            ["sqlite3", "-csv", str(size.home / "registry.db"), statement], stdout=nowhere
        )
        _, status, used = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError("sqlite3 failed")
    return used.ru_utime + used.ru_stime


def report(sizes: list[Size]) -> None:
    small, large = sizes
    decades = log10(large.patients / small.patients)
    print(f"{small.patients} patients ({small.rows} rows) and {large.patients} ({large.rows} rows)")
    for name, cost in small.cpu.items():
        if name == "upgrade":
            continue
        exponent = log10(large.cpu[name] / cost) / decades
        unit = "s" if name in AIMS else "ms"
        aim = AIMS.get(name, PAGE_AIM)
        print(
            f"{name:24} {cost:9.3f} {unit:2} {large.cpu[name]:9.3f} {unit:2}"
            f"  exponent {exponent:5.2f}  aim {aim}"
        )
    for name in ("import", "export", "summary"):
        print(f"peak memory of {name}: {small.peak_mb[name]:.0f} and {large.peak_mb[name]:.0f} MiB")
    for name in COMPARED:
        taken = [one_file(large, name) for _ in range(FILE_ROUNDS)]
        rows, ours, shell = (median(values) for values in zip(*taken, strict=True))
        print(
            f"{name}: {rows:.0f} rows, {ours:.2f} s, sqlite3 -csv {shell:.2f} s: "
            f"{shell / ours:.2f} of its rate, aim {ONE_FILE_AIM}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs=2, default=(1000, 10_000))
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--home", type=Path)
    asked = parser.parse_args()
    with ExitStack() as stack:
        home = asked.home or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        sizes = [Size(patients, home / str(patients)) for patients in asked.sizes]
        for size in sizes:
            filled(size)
            commands(size)
        measure_pages(sizes, asked.rounds)
        report(sizes)


if __name__ == "__main__":
    main()
