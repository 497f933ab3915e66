"""Fixture: every kind of record at two sites, a patient who moved, and canaries in every text.

Lots are registry-wide and carry none. Status and consent belong to the patient, not to a site:
a present site reads all of them, a former one those dated until it handed the patient over.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest

from tests.population import NORTH, SOUTH, TwoSites

if TYPE_CHECKING:
    from flask import Flask

CANARY = "zq-canary"


@dataclass
class Case:
    """The records of one patient made at one site, by the name of their table or argument."""

    name: str
    patient: str
    patient_id: UUID
    enrolled: frozenset[int]  # every site of the patient
    open_at: int  # the site that follows the patient
    made_at: int  # the site that made these records
    codes: dict[str, str] = field(default_factory=dict)
    keys: dict[str, UUID] = field(default_factory=dict)
    seq: int = 0  # the transaction that made them

    def secrets(self) -> list[str]:
        """Return what nobody out of reach may ever read."""
        return [f"{CANARY}-{self.name}", *self.codes.values(), *map(str, self.keys.values())]


def canaries(model: Any, name: str) -> dict[str, str]:
    """Return a canary for every free text of the model."""
    from sqlalchemy import Text

    from registry.queries.changes import TITLES

    columns = model.__table__.c
    return {
        column.key: f"{CANARY}-{name}-{column.table.name}-{column.key}"
        for column in columns
        if type(column.type) is Text
        and column.key not in {"code", "timepoint", "instrument", "rule_version", "currency"}
        and not column.key.startswith("void")
        and not column.key.endswith("_text")
        and column.name not in TITLES
    }


def make_records(session: Any, case: Case, enrolment: UUID, signer: UUID) -> None:
    """Store one of each record of the case."""
    from registry import clock
    from registry.models import (
        Adjunct,
        AdverseEvent,
        AdverseEventCausality,
        AdverseEventGrade,
        AdverseEventVersion,
        Assessment,
        Biopsy,
        Condition,
        ContactAttempt,
        Course,
        Flare,
        Infusion,
        IntercurrentEvent,
        LaboratoryResult,
        Medication,
        Pregnancy,
        ReportedEndpoint,
        Signature,
        Visit,
    )
    from registry.operations.signing import content_of
    from registry.operations.visit_rows import rows_of
    from registry.partial_date import PartialDate
    from registry.queries.scope import Reach, patient_in_reach

    day = PartialDate.parse("2026-03-02")
    place = {"patient_id": case.patient_id, "enrolment_id": enrolment, "site_id": case.made_at}
    code = f"{case.name}-{uuid4().hex[:6]}"

    def store(model: Any, **given: Any) -> Any:
        row = model(**(canaries(model, case.name) | given))
        session.add(row)
        session.flush()
        case.keys[model.__tablename__] = row.id
        if getattr(row, "code", None):
            case.codes[model.__tablename__] = row.code
        return row

    course = store(Course, **place, code=f"C-{code}", started_on=day)
    store(Infusion, **place, code=f"I-{code}", course_id=course.id, started_at=day, cell_type="msc")
    store(Adjunct, **place, given_on=day)
    visit = store(Visit, **place, code=f"V-{code}", visited_on=day, attendance="done")
    answers = {"answers": [1] + [0] * 23, "total": 8, "known_points": 8, "max_possible": 8}
    store(
        Assessment, **place, **answers, visit_id=visit.id, instrument="sledai_2k",
        rule_version="2002/1", complete=True,
    )  # fmt: skip
    store(Medication, **place, code=f"M-{code}", visit_id=visit.id, started_on=day)
    event = store(AdverseEvent, **place, code=f"E-{code}", started_on=day, grade=2, serious=True)
    store(AdverseEventGrade, event_id=event.id, on=day, grade=2)
    store(
        AdverseEventCausality, event_id=event.id, cause="product", assessor="reporter",
        verdict="possible",
    )  # fmt: skip
    store(
        AdverseEventVersion, event_id=event.id, version=1, at=clock.now(),
        content={"narrative": f"{CANARY}-{case.name}"},
    )  # fmt: skip
    # In words of their own: a listed code would say nothing of whose row it is.
    store(Condition, **place, condition=f"{CANARY}-{case.name}-condition", onset_on=day)
    store(Biopsy, **place, taken_on=day)
    store(Pregnancy, **place, began_on=day, outcome=f"{CANARY}-{case.name}-pregnancy")
    result = store(
        LaboratoryResult,
        **place,
        code=f"LR-{code}",
        visit_id=visit.id,
        collected_on=day,
        analyte="c3",
        comparator=None,
        state=None,
        lower_limit=None,
        upper_limit=None,
    )
    case.keys["result"] = result.id
    store(ReportedEndpoint, **place, state="met", timepoint="month_6")
    store(Flare, **place, code=f"F-{code}", onset_on=day, visit_id=visit.id)
    intercurrent = store(IntercurrentEvent, **place, on=day, course_id=course.id)
    contact = store(ContactAttempt, **place, attempted_at=day, mode="phone")
    case.keys |= {"intercurrent": intercurrent.id, "contact": contact.id}
    signed = store(Visit, **place, code=f"VS-{code}", visited_on=day, signed_version=1)
    case.codes["signed_visit"] = signed.code
    case.codes["visit"], case.keys["visit"] = visit.code, visit.id
    content = content_of(
        patient_in_reach(session, Reach.everything(), case.patient),
        signed,
        rows_of(session, signed),
    )
    store(
        Signature, visit_id=signed.id, version=1, user_id=signer, meaning="review",
        signed_at=clock.now(), content=content.text, content_sha256=content.digest, replaced=None,
    )  # fmt: skip


@pytest.fixture
def cases(app: "Flask", two_sites: TwoSites) -> dict[str, Case]:
    """Return north, south, before and after: the last two of a patient who moved south."""
    from sqlalchemy import func, select

    from registry.audit.context import Context
    from registry.database.engine import reading, writing
    from registry.models import (
        AuditTx,
        Consent,
        Enrolment,
        LaboratoryLimit,
        Patient,
        PatientStatus,
    )
    from registry.partial_date import PartialDate

    engine = app.extensions["registry_engine"]
    moved_on = PartialDate.parse("2026-06-01")
    with writing(engine, Context("tests", "a patient who moves")) as session:
        start, low = date(2020, 1, 1), Decimal("0.9")
        session.add(
            LaboratoryLimit(
                site_id=NORTH, laboratory="Central", analyte="c3", unit="g/L", from_on=start,
                lower_limit=low,
            )
        )  # fmt: skip
        moved = Patient(code="MOVED-1", sex="female")
        session.add(moved)
        session.flush()
        stays = {
            site: Enrolment(patient_id=moved.id, site_id=site, from_on=start, to_on=end)
            for site, start, end in (
                (NORTH, PartialDate.parse("2026-01-12"), moved_on),
                (SOUTH, moved_on, None),
            )
        }
        session.add_all(stays.values())
    both = frozenset({NORTH, SOUTH})
    ids = two_sites.patients
    made = {
        "north": Case("north", "N-001", ids["N-001"], frozenset({NORTH}), NORTH, NORTH),
        "south": Case("south", "S-canary", ids["S-canary"], frozenset({SOUTH}), SOUTH, SOUTH),
        "before": Case("before", "MOVED-1", moved.id, both, SOUTH, NORTH),
        "after": Case("after", "MOVED-1", moved.id, both, SOUTH, SOUTH),
    }
    enrolments = {
        "north": two_sites.enrolments["N-001"],
        "south": two_sites.enrolments["S-canary"],
        "before": stays[NORTH].id,
        "after": stays[SOUTH].id,
    }
    day = PartialDate.parse("2026-02-02")
    for name, case in made.items():
        with writing(engine, Context("charlie", f"{CANARY}-{name} records")) as session:
            make_records(session, case, enrolments[name], two_sites.users["charlie"])
            if name in {"north", "south"}:
                for model, given in (
                    (PatientStatus, {"status": "active", "on": day}),
                    (Consent, {"decision": "given", "decided_on": day}),
                ):
                    session.add(
                        model(patient_id=case.patient_id, **(canaries(model, name) | given))
                    )
                facts = canaries(Patient, name)
                for column, text in facts.items():
                    setattr(session.get_one(Patient, case.patient_id), column, text)
        with reading(engine) as session:
            case.seq = session.scalar(select(func.max(AuditTx.seq)))
    return made


@pytest.fixture
def shared_lot(app: "Flask", cases: dict[str, Case]) -> dict[str, UUID]:
    """Return the keys of a lot that every case received, with its test, decision and product."""
    from registry.audit.context import Context
    from registry.database.engine import writing
    from registry.models import InfusionLot, Lot, LotDecision, LotTest, Product
    from registry.partial_date import PartialDate

    day = PartialDate.parse("2026-02-02")
    product = Product(name="UC-MSC", cell_type="msc")
    lot = Lot(code="LOT-SHARED", cell_type="msc", product_name="UC-MSC", donor_id="D-1")
    with writing(app.extensions["registry_engine"], Context("tests", "a shared lot")) as session:
        session.add_all([product, lot])
        session.flush()
        test = LotTest(lot_id=lot.id, test="sterility", state="pending")
        made = LotDecision(lot_id=lot.id, decision="recalled", decided_on=day, reason="growth")
        session.add_all([test, made])
        session.add_all(
            InfusionLot(infusion_id=case.keys["infusion"], lot_id=lot.id, ordinal=1)
            for case in cases.values()
        )
        session.flush()
        return {"lot": lot.id, "product": product.id, "test": test.id, "decision": made.id}
