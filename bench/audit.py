"""What the audit trail costs: a visit save and a bulk import, with it and without, in one run.

Without means: the triggers dropped and nothing sealed, on a copy of the same registry; nothing
else differs. Printed are processor times and their ratio.

Run: ``python -m bench.audit [--patients N] [--saves N]``
"""

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from statistics import median

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from registry import clock
from registry.audit.context import Context
from registry.audit.key import create_key
from registry.audit.triggers import drop_triggers
from registry.database.engine import make_engine, writing, writing_unaudited
from registry.database.schema import upgrade
from registry.forms.visit import read_visit
from registry.imports import importer
from registry.imports.source import opened
from registry.instruments import INSTRUMENTS
from registry.models import Patient
from registry.operations.visits import record_visit
from registry.queries.scope import Reach, patient_in_reach
from registry.synthetic.folder import write_folder

Opened = Callable[[], AbstractContextManager[Session]]


def empty(home: Path, name: str, *, audited: bool) -> Engine:
    """Return a registry without rows; without its triggers where nothing is to be recorded."""
    key = home / "registry.key"
    if not key.exists():
        create_key(key)
    engine = make_engine(f"sqlite:///{home / name}.db", key.read_bytes())
    upgrade(engine)
    if not audited:
        with writing_unaudited(engine) as session:
            drop_triggers(session.connection())
    return engine


def timed_import(folder: Path, engine: Engine, *, audited: bool) -> float:
    """Import the folder; return the processor time."""
    kept = importer.writing
    if not audited:
        importer.writing = lambda engine, context: writing_unaudited(engine)  # type: ignore[assignment]
    began = time.process_time()
    try:
        with opened(folder) as source:
            report = importer.import_folder(
                engine, source, Context("bench", "bench"), clock.today()
            )
    finally:
        importer.writing = kept
    if not report.imported:
        raise RuntimeError("the invented folder was refused")
    return time.process_time() - began


def timed_save(session_of: Opened, code: str) -> float:
    """Save one visit with every item of SLEDAI-2K, PGA and a steroid; return the processor time."""
    typed = {"visited_on": "2026-01-20", "contact_mode": "in_person", "pga.value": "1.0"}
    items = [item.code for item in INSTRUMENTS["sledai_2k"].items]
    typed |= {f"sledai_2k.{item}": "absent" for item in items}
    # Where results of the laboratory say otherwise the form asks why.
    typed |= {f"sledai_2k.{item}.override": "other_disease" for item in items}
    values = read_visit(typed)
    began = time.process_time()
    with session_of() as session:
        patient = patient_in_reach(session, Reach.everything(), code)
        record_visit(session, patient, values, "bench")
    return time.process_time() - began


def codes(engine: Engine, most: int) -> list[str]:
    with Session(engine) as session:
        found = session.scalars(select(Patient.code).order_by(Patient.code)).all()
    return [code for code in found if _open(engine, code)][:most]


def _open(engine: Engine, code: str) -> bool:
    with Session(engine) as session:
        patient = patient_in_reach(session, Reach.everything(), code)
        return patient.writable is not None and patient.death_on is None


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--patients", type=int, default=500)
    parser.add_argument("--saves", type=int, default=150)
    asked = parser.parse_args()
    home = Path(tempfile.mkdtemp())
    try:
        measure(home, asked.patients, asked.saves)
    finally:
        shutil.rmtree(home)


def measure(home: Path, patients: int, saves: int) -> None:
    folder = home / "in"
    rows = sum(write_folder(folder, patients, today=clock.today()).values())
    with_trail, without = empty(home, "with", audited=True), empty(home, "without", audited=False)
    imports = (
        timed_import(folder, with_trail, audited=True),
        timed_import(folder, without, audited=False),
    )
    print(
        f"import of {rows} rows: {imports[0]:.2f} s with the trail, {imports[1]:.2f} s without, "
        f"{imports[0] / imports[1]:.2f} times"
    )
    sessions: tuple[Opened, Opened] = (
        lambda: writing(with_trail, Context("bench", "a visit")),
        lambda: writing_unaudited(without),
    )
    spent: tuple[list[float], list[float]] = ([], [])
    for code in codes(with_trail, saves):
        for session_of, times in zip(sessions, spent, strict=True):
            times.append(timed_save(session_of, code))
    recorded, plain = (median(times) * 1000 for times in spent)
    print(
        f"visit save, median of {len(spent[0])}: {recorded:.2f} ms with the trail, "
        f"{plain:.2f} ms without, {recorded / plain:.2f} times"
    )
    with_trail.dispose()
    without.dispose()


if __name__ == "__main__":
    main()
