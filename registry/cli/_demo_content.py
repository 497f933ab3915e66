"""What the demo holds besides imported patients: one account per role, and work left open."""

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from registry import clock
from registry.audit.context import Context
from registry.cli._invented import import_invented
from registry.database.engine import writing, writing_unaudited
from registry.database.opening import upgraded
from registry.forms.visit import read_visit
from registry.instruments import INSTRUMENTS
from registry.models import Enrolment, Lot, Patient, PatientStatus, Site, User
from registry.operations import accounts
from registry.operations.drafts import keep_draft
from registry.operations.lots import decide, record_product
from registry.operations.visits import record_visit
from registry.partial_date import PartialDate
from registry.permissions import ROLE_TITLES, Role
from registry.queries.scope import Reach, patient_in_reach
from registry.security.passwords import hash_password
from registry.settings import Settings
from registry.synthetic.shelf import GROWTH_FOUND

ACTOR = "cli:demo"
# Where each role works; None is the whole registry.
PLACES: dict[Role, tuple[str | None, ...]] = {
    Role.CLINICIAN: ("NORTH",),
    Role.COORDINATOR: ("NORTH", "WEST"),
    Role.DATA_MANAGER: (None,),
    Role.ADMINISTRATOR: (None,),
    Role.AUDITOR: (None,),
}
CLINIC = "NORTH"
FOUND = ("arthritis", "rash")
# What urine and blood decide: still awaited, so nothing is answered against a result.
PENDING = (
    *("urinary_casts", "haematuria", "proteinuria", "pyuria", "low_complement"),
    *("increased_dna_binding", "thrombocytopenia", "leukopenia"),
)
RELEASED_AFTER = timedelta(days=16)


def fill(settings: Settings, patients: int, seed: int) -> Iterator[str]:
    """Build the demo and yield one line per role: how to sign in."""
    engine = upgraded(settings)
    today = clock.today()
    import_invented(engine, patients, seed, today, Context(ACTOR, "build the demo"))
    passwords = {role: accounts.new_password() for role in PLACES}
    hashes = {role: hash_password(passwords[role], settings) for role in PLACES}
    with writing(engine, Context(ACTOR, "open the demo accounts")) as session:
        users = {role: _open_account(session, role, hashes[role]) for role in PLACES}
    _describe_products(engine)
    _recall_the_bad_lot(engine, today)
    _leave_work_open(engine, users[Role.CLINICIAN], today)
    engine.dispose()
    for role, password in passwords.items():
        yield f"sign-in {role.value} {role.value} {password}"


def _open_account(session: Session, role: Role, password_hash: str) -> User:
    user = accounts.add_user(session, role.value, f"Demo {ROLE_TITLES[role]}", password_hash)
    for code in PLACES[role]:
        site_id = session.scalar(select(Site.id).where(Site.code == code)) if code else None
        accounts.grant(session, user, role, site_id)
    return user


def _describe_products(engine: Engine) -> None:
    """Describe what the lots are lots of, which files name and no more."""
    columns = (Lot.product_name, Lot.cell_type, Lot.tissue_source, Lot.donor_type)
    with writing(engine, Context(ACTOR, "describe products")) as session:
        found = session.execute(select(*columns).distinct().order_by(Lot.product_name))
        for name, cells, tissue, donor in found.all():
            values = {"name": name, "cell_type": cells, "tissue_source": tissue}
            record_product(session, values | {"donor_type": donor, "maker": "Synthetic Cells"})


def _recall_the_bad_lot(engine: Engine, today: date) -> None:
    """Date the decisions about it, which files do not carry: it was used before its recall."""
    with writing(engine, Context(ACTOR, "date the recall")) as session:
        lot = session.scalars(select(Lot).where(Lot.release_status == "recalled")).one()
        made = lot.manufactured_on.earliest if lot.manufactured_on else today
        for decision, day, reason in (
            ("released", made + RELEASED_AFTER, "All release tests passed"),
            ("recalled", today - GROWTH_FOUND, "Growth in the retained sample"),
        ):
            on = PartialDate.on(day)
            decide(session, lot, {"decision": decision, "decided_on": on, "reason": reason})


def _leave_work_open(engine: Engine, clinician: User, today: date) -> None:
    """Leave a visit unsigned and another half typed, as on any afternoon."""
    with writing(engine, Context(clinician.username, "log a visit")) as session:
        codes = _active_patients(session)
        if not codes:  # a demo of very few patients
            return
        patient = patient_in_reach(session, Reach.everything(), codes[0])
        typed = read_visit(_typed(today - timedelta(days=1)))
        record_visit(session, patient, typed, clinician.username)
    with writing_unaudited(engine) as session:
        half = {"visited_on": today.isoformat(), "timepoint": "unscheduled", "pga.value": "0.8"}
        keep_draft(session, clinician.id, "visit", codes[-1], half)


def _active_patients(session: Session) -> list[str]:
    """Return two patients followed at the clinic, one where there are no more."""
    ended = select(PatientStatus.patient_id).where(
        PatientStatus.status.not_in(("active", "transferred"))
    )
    ended_stay = Enrolment.__table__.c.to_on_text
    statement = (
        select(Patient.code)
        .join(Enrolment, Enrolment.patient_id == Patient.id)
        .join(Site, Site.id == Enrolment.site_id)
        .where(Site.code == CLINIC, ended_stay.is_(None), Patient.id.not_in(ended))
        .order_by(Patient.code)
        .limit(2)
    )
    return list(session.scalars(statement))


def _typed(day: date) -> dict[str, str]:
    """Return the fields of a visit form in which a laboratory result is still awaited."""
    form = {
        "visited_on": day.isoformat(),
        "timepoint": "unscheduled",
        "contact_mode": "in_person",
        "assessor": "treating_clinic",
        "pga.value": "1.2",
    }
    for item in INSTRUMENTS["sledai_2k"].items:
        name = f"sledai_2k.{item.code}"
        if item.code in PENDING:
            form |= {name: "not_assessed", f"{name}.reason": "result_pending"}
        else:
            form[name] = "present" if item.code in FOUND else "absent"
    return form
