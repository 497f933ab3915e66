"""Fills a registry with invented patients for the measurements: the same seed, the same rows.

Per patient: an enrolment, a consent, 2 statuses, a course of 3 infusions with a lot each,
12 visits on average (8 to 16) with a SLEDAI-2K, a PGA and 6 laboratory results each, 4 periods of
prednisolone and 2 adverse events.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, insert
from sqlalchemy.orm import Session

from registry.audit.context import Context
from registry.database.engine import writing
from registry.database.types import new_id
from registry.instruments import INSTRUMENTS
from registry.laboratory.reading import canonical
from registry.models import (
    AdverseEvent,
    Assessment,
    Consent,
    Course,
    Enrolment,
    Infusion,
    InfusionLot,
    LaboratoryResult,
    Lot,
    Medication,
    Patient,
    PatientStatus,
    RoleGrant,
    Site,
    User,
    Visit,
)

SEED, LOTS, BATCH = 2026, 100, 500
START = date(2018, 1, 1)
SITE_CODES = ("LEI", "CHE", "NAN", "ROM", "LYO", "OSL", "BER", "TUN")
SLEDAI = INSTRUMENTS["sledai_2k"]
PARENTS_FIRST = (
    Patient, Enrolment, Consent, PatientStatus, Course, Infusion, InfusionLot, Visit, Assessment,
    LaboratoryResult, Medication, AdverseEvent,
)  # fmt: skip
# analyte: unit, lowest and highest value drawn
RESULTS = {
    "c3": ("mg/dL", 40, 160), "c4": ("mg/dL", 4, 40), "anti_dsdna_elisa": ("IU/mL", 5, 400),
    "upcr": ("mg/g", 50, 3000), "leukocytes": ("10^9/L", 2, 12), "platelets": ("10^9/L", 60, 400),
}  # fmt: skip
Row = dict[str, Any]


def fill(engine: Engine, patients: int, password_hash: str) -> None:
    """Add sites, one account for each role that reads patients, lots and the patients."""
    rng = Random(SEED)
    with writing(engine, Context("bench", "staff")) as session:
        _staff(session, password_hash)
        lots = [new_id() for _ in range(LOTS)]
        named = [{"id": key, "code": f"L-{n:04}", "cell_type": "msc"} for n, key in enumerate(lots)]
        session.execute(insert(Lot), named)
    for first in range(1, patients + 1, BATCH):
        numbers = range(first, min(first + BATCH, patients + 1))
        with writing(engine, Context("bench", "patients")) as session:
            _store(session, [row for n in numbers for row in patient_rows(n, rng, lots)])


def _staff(session: Session, password_hash: str) -> None:
    sites = [Site(id=n, code=code, name=code.title()) for n, code in enumerate(SITE_CODES, 1)]
    session.add_all(sites)
    since = datetime(2018, 1, 1, tzinfo=UTC)
    for role, site in (("clinician", 1), ("data_manager", None)):
        user = User(username=role, printed_name=role.title(), password_hash=password_hash)
        session.add(user)
        session.flush()
        session.add(RoleGrant(user_id=user.id, role=role, site_id=site, granted_at=since))
    session.flush()


def _store(session: Session, rows: list[tuple[type, Row]]) -> None:
    for model in PARENTS_FIRST:
        session.execute(insert(model.__table__), [row for kind, row in rows if kind is model])  # type: ignore[attr-defined]


def patient_rows(number: int, rng: Random, lots: list[UUID]) -> Iterator[tuple[type, Row]]:
    """Yield the rows of one patient as (model, values by column key)."""
    code, patient = f"P-{number:05}", new_id()
    site = rng.randint(1, len(SITE_CODES))
    enrolment, course = new_id(), new_id()
    place = {"patient_id": patient, "enrolment_id": enrolment, "site_id": site}
    day_0 = START + timedelta(rng.randint(60, 1500))
    yield Patient, {
        "id": patient, "code": code, "sex": rng.choice(("female", "female", "male")),
        **when("birth_date", date(rng.randint(1950, 2000), 1, 1)), **nothing("first_symptom_on"),
        **when("sle_diagnosed_on", START), **nothing("last_known_alive_on"), **nothing("death_on"),
    }  # fmt: skip
    yield Enrolment, {
        "id": enrolment, "patient_id": patient, "site_id": site,
        **when("from_on", day_0 - timedelta(50)), **nothing("to_on"),
    }  # fmt: skip
    yield Consent, {
        "patient_id": patient, "version": "1", "decision": "given",
        **when("decided_on", day_0 - timedelta(50)),
    }  # fmt: skip
    for status, days in (("active", -50), ("completed", 1500)):
        on = when("on_date", day_0 + timedelta(days))
        yield PatientStatus, {"patient_id": patient, "status": status, **on}
    yield Course, {"id": course, **place, "code": f"{code}-C1", **nothing("started_on")}
    yield from _infusions(code, place, course, day_0, rng.choice(lots))
    yield from _visits(code, place, day_0, rng)
    yield from _medicines(place, day_0)
    yield from _events(code, place, day_0)


def _infusions(
    code: str, place: Row, course: UUID, day_0: date, lot: UUID
) -> Iterator[tuple[type, Row]]:
    for n in range(3):
        key = new_id()
        yield Infusion, {
            "id": key, **place, "code": f"{code}-I{n + 1}", "course_id": course, "sequence": n + 1,
            "cell_type": "msc", "dose_total_cells": Decimal(120_000_000),
            "dose_cells_per_kg": Decimal(2_000_000), **when("started_at", day_0 + timedelta(7 * n)),
        }  # fmt: skip
        yield InfusionLot, {"infusion_id": key, "lot_id": lot, "ordinal": 1}


def _visits(code: str, place: Row, day_0: date, rng: Random) -> Iterator[tuple[type, Row]]:
    for n in range(rng.randint(8, 16)):
        key = new_id()
        yield Visit, {
            "id": key, **place, "code": f"{code}-V{n + 1}", "attendance": "done",
            "contact_mode": "in_person", "assessor": "treating_clinic", "source": "import",
            "timepoint": None if n else "baseline",
            **when("visited_on", day_0 + timedelta(90 * n - 7)),
        }  # fmt: skip
        for instrument in ("sledai_2k", "pga"):
            yield Assessment, {
                "visit_id": key, **place, "source": "import", "instrument": instrument,
                **assessed(instrument, n, rng),
            }  # fmt: skip
        on = when("collected_on", day_0 + timedelta(90 * n - 7))
        yield from _results(f"{code}-V{n + 1}", place, key, on, rng)


def _results(
    code: str, place: Row, visit: UUID, on: Row, rng: Random
) -> Iterator[tuple[type, Row]]:
    for analyte, (unit, low, high) in RESULTS.items():
        value = str(rng.randint(low, high))
        found = canonical(analyte, value, unit, None)
        yield LaboratoryResult, {
            **place, "code": f"{code}-{analyte}", "visit_id": visit, "analyte": analyte,
            "value": value, "unit": unit, "canonical_value": found.value,
            "canonical_unit": found.unit, "rule_version": found.version, "source": "import", **on,
        }  # fmt: skip


def _events(code: str, place: Row, day_0: date) -> Iterator[tuple[type, Row]]:
    for n, (term, days) in enumerate((("Fever", 1), ("Urinary tract infection", 120)), 1):
        yield AdverseEvent, {
            **place, "code": f"{code}-E{n}", "verbatim_term": term, "term": term, "grade": 2,
            "serious": False, "source": "import", **when("started_on", day_0 + timedelta(days)),
            **nothing("ended_on"), **nothing("site_aware_at"), **nothing("registry_aware_at"),
            **nothing("sponsor_aware_at"), **nothing("passed_on_at"),
        }  # fmt: skip


def assessed(instrument: str, visit: int, rng: Random) -> Row:
    """Return answers and what is derived from them; activity falls with the visits."""
    declared = INSTRUMENTS[instrument]
    answers: dict[str, Any] = {
        item.code: int(rng.random() < 0.25 / (1 + visit / 3))
        if item.yes_no
        else Decimal(rng.randint(0, 30)) / 10
        for item in declared.items
    }
    score = declared.score(answers)
    return {
        "rule_version": declared.version, "answers": declared.to_row(answers),
        "total": score.total, "known_points": score.known_points,
        "max_possible": score.max_possible, "complete": score.complete,
        "parts": dict(score.parts), "total_only": False,
    }  # fmt: skip


def _medicines(place: Row, day_0: date) -> Iterator[tuple[type, Row]]:
    for n, dose in enumerate((30, 15, 10, 5)):
        began = day_0 + timedelta(90 * n - 90)
        ended = when("ended_on", began + timedelta(89)) if n < 3 else nothing("ended_on")
        yield Medication, {
            **place, "drug": "prednisolone", "daily_dose": Decimal(dose), "unit": "mg",
            **when("started_on", began), **ended,
        }  # fmt: skip


def when(name: str, day: date) -> Row:
    """Return the three columns of an exact day."""
    return {f"{name}_text": day.isoformat(), f"{name}_earliest": day, f"{name}_latest": day}


def nothing(name: str) -> Row:
    """Return the three columns of a date that is not recorded."""
    return {f"{name}_text": None, f"{name}_earliest": None, f"{name}_latest": None}
