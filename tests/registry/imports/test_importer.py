"""All or nothing, nothing twice, and nothing replaced without being asked to."""

import os
import random
import signal
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, update

from registry import clock
from registry.audit.context import Context
from registry.database.engine import reading, writing
from registry.errors import ConflictError
from registry.exports.exchange import export_folder
from registry.imports import source
from registry.imports.importer import import_folder
from registry.models import (
    Assessment,
    Enrolment,
    Infusion,
    Medication,
    Patient,
    PatientStatus,
    Visit,
)
from registry.models.audit_entry import AuditTx
from tests.registry.imports.conftest import BASE, TODAY


def count(engine: Engine, model: type) -> int:
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def one(engine: Engine, model: type, **by: object):
    with reading(engine) as session:
        return session.scalars(select(model).filter_by(**by)).one()


def test_a_folder_is_stored_in_one_transaction_with_one_seal(engine, write, load):
    before = count(engine, AuditTx)
    report = load(engine, write())
    assert report.imported
    assert count(engine, AuditTx) == before + 1
    assert (count(engine, Patient), count(engine, Visit), count(engine, Infusion)) == (2, 3, 1)


def test_one_bad_cell_in_the_last_file_stores_nothing_at_all(engine, write, load):
    seals = count(engine, AuditTx)
    report = load(engine, write({"endpoints.csv": BASE["endpoints.csv"] + "P1,x,month_6,yes\n"}))
    assert not report.imported
    assert (count(engine, Patient), count(engine, AuditTx)) == (0, seals)


def test_the_same_folder_again_writes_nothing(engine, write, load):
    load(engine, write())
    seals = count(engine, AuditTx)
    report = load(engine, write(name="again"))
    assert report.ok
    assert not report.imported
    assert sum(found.new + found.changed for found in report.counts.values()) == 0
    assert count(engine, AuditTx) == seals


def test_a_stored_value_that_differs_is_refused_with_the_old_one(sqlite_engine, write, load):
    load(sqlite_engine, write())
    changed = BASE["patients.csv"].replace("1990-02", "1991")
    report = load(sqlite_engine, write({"patients.csv": changed}, "again"))
    (problem,) = report.errors
    assert (problem.file, problem.line, problem.column) == ("patients.csv", 2, "birth_date")
    assert "1990-02" in problem.rule


def test_an_update_shows_old_and_new_and_raises_the_row_version(engine, write, load):
    load(engine, write())
    files = {
        "patients.csv": BASE["patients.csv"].replace("1990-02", "1991"),
        "visits.csv": BASE["visits.csv"].replace("travel", "snow"),
        "assessments.csv": BASE["assessments.csv"].replace("1.50", "2"),
    }
    report = load(engine, write(files, "again"), update=True)
    assert {(c.key, c.column, c.old, c.new) for c in report.changes} == {
        ("P1", "birth_date", "1990-02", "1991"),
        ("V2", "reason", "travel", "snow"),
        ("V1 pga", "value", "1.50 SELENA/1", "2 SELENA/1"),
    }
    patient = one(engine, Patient, code="P1")
    assert (str(patient.birth_date), patient.row_version) == ("1991", 2)
    assert one(engine, Assessment, instrument="pga").total == Decimal(2)


def test_an_update_never_moves_a_record_to_another_site(sqlite_engine, write, load):
    load(sqlite_engine, write())
    moved = BASE["patients.csv"].replace("P1,A", "P1,B")
    report = load(sqlite_engine, write({"patients.csv": moved}, "again"), update=True)
    assert ["never replaced" in problem.rule for problem in report.errors] == [True]


def test_a_column_that_the_file_lacks_is_left_as_it_is(sqlite_engine, write, load):
    load(sqlite_engine, write())
    short = "patient_id,site_code,sex,enrolled_on\nP1,A,female,2024-01-10\n"
    report = load(sqlite_engine, write({"patients.csv": short}, "again"))
    assert (report.ok, report.imported) == (True, False)


def test_a_later_status_is_added_to_the_history(sqlite_engine, write, load):
    load(sqlite_engine, write())
    later = BASE["patients.csv"].replace("active,2024-01-10", "lost,2026-01")
    assert load(sqlite_engine, write({"patients.csv": later}, "again"), update=True).imported
    with reading(sqlite_engine) as session:
        statuses = session.scalars(select(PatientStatus.status).order_by(PatientStatus.id)).all()
    assert sorted(statuses) == ["active", "died", "lost"]


def test_missing_answers_are_not_assessed_and_never_absent(sqlite_engine, write, load):
    load(sqlite_engine, write())
    found = one(sqlite_engine, Assessment, instrument="sledai_2k", total_only=False)
    assert (found.complete, found.total, found.known_points) == (False, None, Decimal(4))
    assert found.answers.count(None) == 23
    assert set(found.reasons.values()) == {"not_recorded"}


def test_a_historic_total_stands_without_items(sqlite_engine, write, load):
    load(sqlite_engine, write())
    found = one(sqlite_engine, Assessment, total_only=True)
    assert (found.total, found.answers, found.max_possible) == (Decimal(6), None, None)


def test_imported_visits_are_final_and_signed_only_elsewhere(sqlite_engine, write, load):
    visits = (
        "visit_id,patient_id,visited_on,signed_by,signed_at\n"
        "V1,P1,2024-01-20,Dr A,2024-01-20T09:00+01:00\nV3,P1,2024-08-01,,\n"
    )
    load(sqlite_engine, write({"visits.csv": visits}))
    visit = one(sqlite_engine, Visit, code="V1")
    assert (visit.source, visit.signed_version, visit.signed_elsewhere_by) == ("import", 0, "Dr A")


def test_a_row_hangs_on_the_enrolment_in_force_on_its_day(sqlite_engine, write, load):
    stays = "patient_id,site_code,from_on,to_on\nP1,A,2024-01-10,2024-06-30\nP1,B,2024-07-01,\n"
    load(sqlite_engine, write({"enrolments.csv": stays}))
    with reading(sqlite_engine) as session:
        at = dict(session.execute(select(Visit.code, Visit.site_id)).all())
        sites = session.scalars(select(Enrolment.site_id).order_by(Enrolment.from_on_earliest))
    assert at == {"V1": 1, "V2": 1, "V3": 2}
    assert list(sites) == [2, 1, 2]


def test_a_dose_is_kept_as_typed(sqlite_engine, write, load):
    load(sqlite_engine, write())
    assert str(one(sqlite_engine, Medication).dose) == "2.50"


def test_formulas_and_odd_letters_in_names_are_kept_as_typed(sqlite_engine, write, load, tmp_path):
    sites = "site_code,name\nA,=cmd|' /C calc'!A0\nB,\"@SUM(1+1)  \u202ex\u0301\"\n"
    load(sqlite_engine, write({"sites.csv": sites}))
    export_folder(sqlite_engine, tmp_path / "out", "cli:test", TODAY)
    exported = (tmp_path / "out" / "sites.csv").read_text(encoding="utf-8")
    assert "A,=cmd|' /C calc'!A0,," in exported
    assert "B,@SUM(1+1)  \u202ex\u0301,," in exported


def test_the_order_of_rows_does_not_matter(engine, write, load):
    def shuffled(text: str) -> str:
        header, *rows = text.splitlines(keepends=True)
        random.Random(7).shuffle(rows)
        return header + "".join(rows)

    load(engine, write({name: shuffled(text) for name, text in BASE.items()}))
    report = load(engine, write(name="ordered"))
    assert (report.ok, report.imported) == (True, False)


def test_a_draft_of_the_same_visit_is_not_overwritten(sqlite_engine, write, load):
    load(sqlite_engine, write())
    with writing(sqlite_engine, Context("cli:test", "make it a draft")) as session:
        session.execute(update(Visit).values(source="form"))
    report = load(sqlite_engine, write(name="again"))
    assert {p.rule for p in report.errors} == {
        "is in the registry, not signed yet; sign it on its page first"
    }


def test_a_voided_key_is_never_used_again(sqlite_engine, write, load):
    load(sqlite_engine, write())
    with writing(sqlite_engine, Context("cli:test", "void")) as session:
        gone = {"voided_at": clock.now(), "voided_by": "cli:test", "void_reason": "wrong patient"}
        session.execute(update(Visit).values(gone))
    report = load(sqlite_engine, write(name="again"))
    assert "this key belongs to a voided record" in {p.rule for p in report.errors}


def test_a_save_by_somebody_else_in_between_stores_nothing(sqlite_engine, write, load):
    load(sqlite_engine, write())
    context = Context("cli:test", "in between")

    def meanwhile(_report) -> None:
        with writing(sqlite_engine, context) as session:
            session.execute(update(Patient).values(ancestry="as told"))

    more = {"lots.csv": BASE["lots.csv"] + "L2,msc,,\n"}
    with source.opened(write(more, "again")) as found, pytest.raises(ConflictError):
        import_folder(sqlite_engine, found, context, TODAY, before_write=meanwhile)


KILLED = """
import os, signal, sys
from datetime import date
from pathlib import Path
from registry.audit.context import Context
from registry.database.engine import make_engine
from registry.imports import importer, source
from registry.imports.staged import Staged

stored = Staged.write
def write_then_die(self, session):
    stored(self, session)
    os.kill(os.getpid(), signal.SIGKILL)
Staged.write = write_then_die
with source.opened(Path(sys.argv[2])) as found:
    engine = make_engine(sys.argv[1], bytes(range(32)))
    importer.import_folder(engine, found, Context("cli:test", "die"), date(2026, 11, 22))
"""


def test_a_process_killed_before_the_commit_leaves_nothing(engine, engine_url, write):
    arguments = [sys.executable, "-c", KILLED, engine_url, str(write())]
    root = str(Path(__file__).parents[3])
    ended = subprocess.run(arguments, cwd=root, env={**os.environ, "PYTHONPATH": root}, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert (count(engine, Patient), count(engine, Visit)) == (0, 0)


def test_progress_is_told_for_every_file(sqlite_engine, write):
    told: list[tuple[str, int]] = []
    with source.opened(write()) as found:
        import_folder(
            sqlite_engine,
            found,
            Context("cli:test", "progress"),
            date(2026, 11, 22),
            progress=lambda file, rows: told.append((file, rows)),
        )
    assert dict(told)["visits.csv"] == 3
