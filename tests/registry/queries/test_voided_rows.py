"""A voided row changes every count that it should and no other, over a whole invented registry.

Rows are voided as their pages do it, in a transaction that is undone. Then the summary must be that
of the same facts without this one, and must differ from before in the places of its kind only.
"""

import re
import shutil
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from registry.analysis.provenance import Maker, Question
from registry.analysis.summary import Beside, summarise
from registry.audit.context import Context
from registry.cli._invented import import_invented
from registry.database.engine import make_engine, reading, writing
from registry.models import AdverseEvent, Condition, Infusion, LaboratoryResult, Patient, Visit
from registry.operations.adverse_events import void_event
from registry.operations.voiding import void
from registry.queries.facts import load_facts
from registry.queries.safety_facts import product_events
from tests.databases import KEY

CUT = date(2026, 11, 22)
MAKER = Maker("tests", "0002", datetime(2026, 11, 22, tzinfo=UTC), "tests")
PATIENTS, SEED, ROWS_OF_A_KIND = 15, 11, 8

# Where the summary may differ once a row of a kind is gone; the seal covers everything.
ALWAYS = (r"provenance/(sha256|rows/\w+)",)
MAY_CHANGE = {
    "event": (
        r"adverse_events/(?!patients$|infusions$|patient_years$|person_time_ends$|without)",
        r"rates/(\w+/)*admission/",
    ),
    "lot event": (r"adverse_events/product_events",),
    "first infusion": (
        r"(adverse_events|activity|states|state_course|flow|table1|primary|endpoints|rates)/",
    ),
    # Cells given within half a year bar LLDAS.
    "later infusion": (
        r"adverse_events/infusions",
        r"(states|state_course)/lldas/",
        r"(primary|endpoints)/",  # a second course is one that nobody planned
    ),
    "result": (
        r"table1/(c3|c4|anti_dsdna_\w+|upcr|creatinine)/",
        r"(states|state_course)/(eular_renal|kdigo_2024|bliss_ln|kidney_failure)\w*/",
    ),
    "condition": (
        r"table1/(condition|condition_active|prior_\w+)/",
        r"(states|state_course)/(eular_renal|kdigo_2024|bliss_ln|kidney_failure)\w*/",
    ),
    "visit": (
        r"(activity|states|state_course|flow|primary|endpoints|rates)/",
        r"adverse_events/(patient_years|without_person_time|person_time_ends)",
        r"adverse_events/.*per_100_patient_years",
        r"table1/(sledai_2k|csledai_2k|pga|c3|c4|anti_dsdna_\w+|upcr|creatinine)/",
    ),
}  # fmt: skip
WARNINGS = r"warnings/"
# What names a row of a table in the summary; everything else in it is a number.
NAMES = (
    *("variable", "level", "definition", "instrument", "version", "timepoint", "population", "row"),
    *("endpoint", "event", "period", "reason"),
    *("origin", "term", "soc", "grade", "phase", "relation", "cause", "solicited", "day"),
)


@pytest.fixture(scope="module")
def registry(sqlite_template, tmp_path_factory):
    file = shutil.copy(sqlite_template, tmp_path_factory.mktemp("voided") / "registry.db")
    engine = make_engine(f"sqlite:///{file}", KEY)
    import_invented(engine, PATIENTS, SEED, CUT, Context("cli:test", "invent"))
    yield engine
    engine.dispose()


def loaded(session):
    return load_facts(session, CUT), product_events(session, CUT)


def summary(facts, of_lots):
    return summarise(facts, Question(CUT, None, None), MAKER, Beside([], of_lots))


@pytest.fixture(scope="module")
def before(registry):
    with reading(registry) as session:
        return loaded(session)


class Undone(Exception):  # noqa: N818 - no error: it takes back what was done
    pass


def take_out(session, row):
    if isinstance(row, AdverseEvent):
        void_event(session, row, "x", "entered twice")
    elif isinstance(row, LaboratoryResult):
        # That of an imported visit goes with an amendment only, which ends in these columns.
        row.voided_at, row.voided_by, row.void_reason = MAKER.made_at, "x", "entered twice"
        session.flush()
    else:
        void(session, row, "x", "entered twice")


def voided(engine, row):
    """Return the summary without the row, and take the voiding back."""
    with suppress(Undone), writing(engine, Context("tests", "void and undo")) as session:
        take_out(session, session.get(type(row), row.id))
        after = summary(*loaded(session))
        raise Undone
    return after


def leaves(value, path=""):
    """Yield every number and sentence with its place, rows of a table by what names them."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from leaves(part, f"{path}{name}/")
    elif isinstance(value, list):
        seen = {}
        for part in value:
            name = str(part)
            if isinstance(part, dict):
                name = "/".join(str(part[one]) for one in NAMES if one in part)
            seen[name] = seen.get(name, 0) + 1
            yield from leaves(part, f"{path}{name}/{seen[name]}/")
    else:
        yield path.rstrip("/"), value


def differences(one, other):
    first, second = dict(leaves(one)), dict(leaves(other))
    return {p for p in first.keys() | second.keys() if first.get(p, p) != second.get(p, p)}


def strangers(changed, kind):
    allowed = re.compile("|".join((*MAY_CHANGE[kind], *ALWAYS, WARNINGS)))
    return sorted(path for path in changed if not allowed.match(path))


# --- the facts without one ------------------------------------------------------------------


def without(facts, code, change):
    return tuple(change(one) if one.patient_id == code else one for one in facts)


def without_event(code):
    return lambda patient: replace(
        patient,
        adverse_events=tuple(e for e in patient.adverse_events if e.event_id != code),
    )


def without_infusion(code):
    def change(patient):
        courses = (
            replace(c, infusions=tuple(i for i in c.infusions if i.infusion_id != code))
            for c in patient.courses
        )
        return replace(patient, courses=tuple(courses))

    return change


def without_results(rows):
    gone = {(row.analyte, row.collected_on.text, row.value) for row in rows}
    return lambda patient: replace(
        patient,
        labs=tuple(
            lab
            for lab in patient.labs
            if (lab.analyte, lab.collected_on.text, lab.text) not in gone
        ),
    )


def without_condition(row):
    gone = (row.condition, row.onset_on)
    return lambda patient: replace(
        patient,
        conditions=tuple(c for c in patient.conditions if (c.condition, c.onset_on) != gone),
    )


def without_visit(code, results):
    def change(patient):
        visits = tuple(v for v in patient.visits if v.visit_id != code)
        return without_results(results)(replace(patient, visits=visits))

    return change


# --- every kind -----------------------------------------------------------------------------


def some(engine, model, *conditions):
    """Return rows of the kind, spread over all of them, each with its patient's code."""
    statement = (
        select(model, Patient.code)
        .outerjoin(Patient, Patient.id == model.patient_id)
        .where(model.voided_at.is_(None), *conditions)
        .order_by(model.id)
    )
    with reading(engine) as session:
        found = session.execute(statement).all()
    return found[:: max(1, len(found) // ROWS_OF_A_KIND)]


def compare(engine, before, row, kind, expected):
    """Hold the summary without the row against ``expected``; return what changed."""
    after = voided(engine, row)
    assert after == summary(*expected), row
    changed = differences(summary(*before), after)
    assert strangers(changed, kind) == [], row
    return {path for path in changed if not re.match("|".join(ALWAYS), path)}


def test_an_event_leaves_the_counts_of_events_and_nothing_else(registry, before):
    facts, of_lots = before
    for row, code in some(registry, AdverseEvent, AdverseEvent.patient_id.is_not(None)):
        expected = without(facts, code, without_event(row.code)), of_lots
        changed = compare(registry, before, row, "event", expected)
        assert "adverse_events/any/events" in changed


def test_an_event_of_a_lot_leaves_the_number_of_its_own(registry, before):
    facts, of_lots = before
    for row, _ in some(registry, AdverseEvent, AdverseEvent.patient_id.is_(None)):
        left = tuple(event for event in of_lots if event.event_id != row.code)
        assert compare(registry, before, row, "lot event", (facts, left))


def test_an_infusion_leaves_what_follows_from_day_0_only_where_it_was_the_first(registry, before):
    facts, of_lots = before
    first = {
        course.infusions[0].infusion_id
        for patient in facts
        for course in patient.courses
        if course.infusions
    }
    for row, code in some(registry, Infusion):
        kind = "first infusion" if row.code in first else "later infusion"
        expected = without(facts, code, without_infusion(row.code)), of_lots
        assert "adverse_events/infusions" in compare(registry, before, row, kind, expected)


def test_a_result_leaves_its_own_row_of_table_1(registry, before):
    facts, of_lots = before
    early = {
        (patient.patient_id, lab.analyte, lab.collected_on.text)
        for patient in facts
        for lab in patient.labs
    }
    changed = 0
    for row, code in some(registry, LaboratoryResult):
        expected = without(facts, code, without_results([row])), of_lots
        found = compare(registry, before, row, "result", expected)
        assert not found or (code, row.analyte, row.collected_on.text) in early
        changed += bool(found)
    assert changed


def test_a_condition_leaves_its_own_rows_of_table_1(registry, before):
    facts, of_lots = before
    changed = set()
    for row, code in some(registry, Condition):
        expected = without(facts, code, without_condition(row)), of_lots
        changed |= compare(registry, before, row, "condition", expected)
    assert changed


def test_a_visit_leaves_with_all_that_was_found_at_it_and_no_harm_goes_with_it(registry, before):
    facts, of_lots = before
    changed = set()
    for row, code in some(registry, Visit):
        with reading(registry) as session:
            at = LaboratoryResult.visit_id == row.id
            results = session.scalars(select(LaboratoryResult).where(at)).all()
        expected = without(facts, code, without_visit(row.code, results)), of_lots
        changed |= compare(registry, before, row, "visit", expected)
    assert {path.partition("/")[0] for path in changed} >= {"activity", "flow", "adverse_events"}
