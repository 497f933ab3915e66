"""``registry verify``: whatever stored value is not what its rule gives is named, in one line."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Connection, select, text, update
from sqlalchemy.orm import Session

from registry.audit import verify as trail
from registry.audit.context import Context
from registry.audit.triggers import drop_triggers, install_triggers
from registry.cli import main
from registry.database.engine import make_engine, reading, writing
from registry.instruments import INSTRUMENTS
from registry.instruments.base import Occasion
from registry.laboratory.reading import canonical
from registry.models import (
    AdverseEvent,
    AdverseEventVersion,
    Assessment,
    Course,
    Enrolment,
    Infusion,
    LaboratoryResult,
    Medication,
    Patient,
    Signature,
    Site,
    User,
    Visit,
)
from registry.partial_date import PartialDate
from registry.settings import Settings

SLEDAI, PGA, SDI = INSTRUMENTS["sledai_2k"], INSTRUMENTS["pga"], INSTRUMENTS["slicc_damage"]
RULE = SLEDAI.version
ABSENT = [0] * len(SLEDAI.items)
SEEN = {item.code: int(item.code in {"arthritis", "rash"}) for item in SLEDAI.items}
DAMAGE = dict.fromkeys((item.code for item in SDI.items), 0) | {"pulm_hypertension": "2025-08"}
DAY = PartialDate.parse("2026-03-02")
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SIGNED = '{"visit_id":"V-signed"}'
CASE = {"state": "reported", "verbatim_term": "fever", "grades": [], "causality": []}


@pytest.fixture
def database_url(engine_url: str) -> str:
    return engine_url


@pytest.fixture(autouse=True)
def home(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    monkeypatch.setenv("REGISTRY_HOME", str(settings.home))
    monkeypatch.setenv("REGISTRY_KEY_FILE", str(settings.key_file))
    engine = make_engine(settings.database_url, settings.key())
    with writing(engine, Context("tests", "one patient")) as session:
        fill(session)
    engine.dispose()
    return settings.home


def fill(session: Session) -> None:
    session.add(Site(id=1, code="NORTH", name="North"))
    session.flush()
    place = enrolled(session, "P-1")
    enrolled(session, "P-2")
    visits = [
        Visit(code=code, visited_on=DAY, signed_version=int(code == "V-signed"), **place)
        for code in ("V-open", "V-signed", "V-historic")
    ]
    course = Course(code="C-1", started_on=PartialDate.parse("2026"), **place)
    user = User(username="ana", printed_name="Ana", password_hash="x")
    event = AdverseEvent(code="E-1", verbatim_term="fever", **place)
    session.add_all([*visits, course, user, event])
    session.flush()
    for visit in visits[:2]:
        session.add(scored(SLEDAI, SEEN, visit, place))
    session.add(scored(PGA, {"value": Decimal("1.50")}, visits[0], place))
    session.add(scored(SDI, DAMAGE, visits[0], place))
    session.add_all(others(visits, course, user, event, place))


def enrolled(session: Session, code: str) -> dict[str, Any]:
    patient = Patient(code=code, sex="female", birth_date=PartialDate.parse("1980-05"))
    session.add(patient)
    session.flush()
    stay = Enrolment(patient_id=patient.id, site_id=1, from_on=DAY)
    session.add(stay)
    session.flush()
    return {"patient_id": patient.id, "enrolment_id": stay.id, "site_id": 1}


def scored(instrument: Any, answers: Any, visit: Visit, place: Any) -> Assessment:
    score = instrument.scored(answers, Occasion(visit.visited_on.exact))
    return Assessment(
        visit_id=visit.id, instrument=instrument.code, rule_version=instrument.version,
        answers=instrument.to_row(answers), total=score.total, known_points=score.known_points,
        max_possible=score.max_possible, complete=score.complete, parts=dict(score.parts) or None,
        **place,
    )  # fmt: skip


def others(visits: list[Visit], course: Course, user: User, event: Any, place: Any) -> list[Any]:
    found = canonical("creatinine", "1.0", "mg/dL", None)
    assert found.value is not None
    return [
        Assessment(
            visit_id=visits[2].id, instrument="sledai_2k", rule_version=RULE, complete=True,
            total=Decimal(12), total_only=True, reasons={"total": "letter"}, **place,
        ),
        LaboratoryResult(
            code="L-1", visit_id=visits[0].id, collected_on=DAY, analyte="creatinine", value="1.0",
            unit="mg/dL", canonical_value=found.value, canonical_unit=found.unit,
            rule_version=found.version, **place,
        ),
        Infusion(code="I-1", course_id=course.id, started_at=DAY, cell_type="msc", **place),
        Medication(code="M-1", visit_id=visits[0].id, drug="prednisone", started_on=DAY, **place),
        Signature(
            visit_id=visits[1].id, version=1, user_id=user.id, printed_name="Ana", meaning="review",
            signed_at=NOW, content=SIGNED, content_sha256=sha256(SIGNED.encode()).hexdigest(),
        ),
        AdverseEventVersion(event_id=event.id, version=1, at=NOW, by="ana", content=CASE),
    ]  # fmt: skip


def verified(*options: str) -> Result:
    return CliRunner().invoke(main, ["verify", *options])


def plant(settings: Settings, *changes: Callable[[Connection], Any] | Any) -> None:
    """Change rows as somebody with the whole database could: no trigger, no constraint."""
    engine = make_engine(settings.database_url, None)
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.connection.driver_connection.execute("PRAGMA ignore_check_constraints = ON")
        with connection.begin():
            drop_triggers(connection)
            for change in changes:
                connection.execute(change)
            install_triggers(connection)
    engine.dispose()


def test_a_registry_that_is_right_says_how_much_was_read() -> None:
    result = verified()
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert {"assessment: 5 rows", "patient: 2 rows", "laboratory_result: 1 rows"} <= set(lines)
    assert lines[-1] == "everything stored is what its rule says"


def of(visit: str, instrument: str = "sledai_2k") -> Any:
    key = select(Visit.id).where(Visit.code == visit).scalar_subquery()
    return update(Assessment).where(Assessment.visit_id == key, Assessment.instrument == instrument)


def raw(statement: str) -> Any:
    return text(statement)


DAY_OF_P1 = "patient P-1: birth_date 1980-05: stored"
BIRTH = update(Patient.__table__).where(Patient.code == "P-1")
LAB = update(LaboratoryResult)
OTHERS = select(Patient.id).where(Patient.code == "P-2").scalar_subquery()
STAY = select(Enrolment.id).where(Enrolment.patient_id == OTHERS).scalar_subquery()
VOIDED = {"voided_at": NOW, "voided_by": "eve", "void_reason": "none"}
PARTS = {**SLEDAI.score(SEEN).parts, "clinical_points": 4}
NOTE = " (of a signed visit, which only an amendment changes)"
PLANTED = {
    "a total": (
        [of("V-open").values(total=Decimal(10))],
        f"assessment V-open sledai_2k: stored total 10, rule {RULE} gives 6",
    ),
    "a signed total": (
        [of("V-signed").values(total=Decimal(10))],
        f"assessment V-signed sledai_2k: stored total 10, rule {RULE} gives 6{NOTE}",
    ),
    "a total of a hundredth": (
        [of("V-open", "pga").values(total=Decimal("1.51"))],
        f"assessment V-open pga: stored total 1.51, rule {PGA.version} gives 1.5",
    ),
    "damage, six months old at its visit": (
        [of("V-open", SDI.code).values(total=Decimal(0), known_points=Decimal(0))],
        f"assessment V-open slicc_damage: stored total 0 and known_points 0, "
        f"rule {SDI.version} gives 1 and 1",
    ),
    "both bounds": (
        [of("V-open").values(known_points=Decimal(5), max_possible=Decimal(7))],
        f"assessment V-open sledai_2k: stored known_points 5 and max_possible 7, "
        f"rule {RULE} gives 6 and 6",
    ),
    "an answer": (
        [of("V-open").values(answers=[None, *SLEDAI.to_row(SEEN)[1:]])],
        f"assessment V-open sledai_2k: stored total 6 and max_possible 6 and complete true and "
        f"part clinical_complete true and part clinical_max_possible 6 and part organs "
        '{"mucocutaneous":[2,2],"musculoskeletal":[4,4]}, '
        f"rule {RULE} gives none and 14 and false and false and 14 and "
        '{"mucocutaneous":[2,2],"musculoskeletal":[4,4],"neurological":[0,8]}',
    ),
    "a part": (
        [of("V-open").values(parts=PARTS)],
        f"assessment V-open sledai_2k: stored part clinical_points 4, rule {RULE} gives 6",
    ),
    "no parts": (
        [of("V-open", "pga").values(parts={"more": 1})],
        f"assessment V-open pga: stored part more 1, rule {PGA.version} gives none",
    ),
    "parts that are no JSON": (
        [raw("UPDATE assessment SET parts = 'gone' WHERE instrument = 'pga'")],
        "assessment V-open pga: parts cannot be read: ",
    ),
    "answers too short": (
        [of("V-open").values(answers=ABSENT[1:])],
        f"assessment V-open sledai_2k: answers do not fit {RULE}: SLEDAI-2K has 24 items",
    ),
    "an impossible answer": (
        [of("V-open", "pga").values(answers=["3.5"])],
        f"assessment V-open pga: answers do not fit {PGA.version}: PGA: “3.5” is outside 0 to 3",
    ),
    "answers that are no JSON": (
        [raw("UPDATE assessment SET answers = '[1,' WHERE instrument = 'pga'")],
        f"assessment V-open pga: answers do not fit {PGA.version}: a row is no JSON",
    ),
    "no answers": (
        [raw("UPDATE assessment SET answers = NULL WHERE instrument = 'pga'")],
        "assessment V-open pga: has neither answers nor a historic total",
    ),
    "a reason for no item": (
        [of("V-open").values(reasons={"nose": "refused"})],
        f'assessment V-open sledai_2k: reasons do not fit SLEDAI-2K {RULE}: {{"nose":"refused"}}',
    ),
    "reasons that are no object": (
        [raw("UPDATE assessment SET reasons = '[]' WHERE instrument = 'pga'")],
        "assessment V-open pga: reasons cannot be read: ",
    ),
    "an impossible historic total": (
        [of("V-historic").values(total=Decimal(106))],
        "assessment V-historic sledai_2k: historic total: SLEDAI-2K: “106” is outside 0 to 105",
    ),
    "a historic total with points": (
        [of("V-historic").values(known_points=Decimal(3))],
        "assessment V-historic sledai_2k: a historic total has known_points",
    ),
    "the first day of a month": (
        [BIRTH.values(birth_date_earliest=date(1980, 1, 1))],
        f"{DAY_OF_P1} 1980-01-01 to 1980-05-31, the text means 1980-05-01 to 1980-05-31",
    ),
    "the last day of a month": (
        [BIRTH.values(birth_date_latest=None)],
        f"{DAY_OF_P1} 1980-05-01 to nothing, the text means 1980-05-01 to 1980-05-31",
    ),
    "days of no date": (
        [BIRTH.values(birth_date_text=None)],
        "patient P-1: birth_date is empty, stored 1980-05-01 to 1980-05-31",
    ),
    "a date that is none": (
        [BIRTH.values(birth_date_text="1980-13")],
        "patient P-1: birth_date cannot be read: month 13 does not exist",
    ),
    "a canonical value": (
        [LAB.values(canonical_value=Decimal(100))],
        "laboratory_result L-1: creatinine 1.0 mg/dL: stored 100 umol/L, rule units/1 gives 88.4",
    ),
    "a canonical unit": (
        [LAB.values(canonical_unit="g/L")],
        "laboratory_result L-1: creatinine 1.0 mg/dL: stored 88.4 g/L, rule units/1 gives 88.4",
    ),
    "a value that is no number": (
        [raw("UPDATE laboratory_result SET canonical_value = 'x'")],
        "laboratory_result L-1: creatinine 1.0 mg/dL: stored x umol/L, rule units/1 gives 88.4",
    ),
    "an entered value": (
        [LAB.values(value="high")],
        "laboratory_result L-1: creatinine high mg/dL: stored 88.4 umol/L, rule units/1 gives "
        "nothing",
    ),
    "signed content": (
        [update(Signature).values(content='{"visit_id":"V-other"}')],
        "signature V-signed 1: the content has SHA-256 ",
    ),
    "what an amendment replaced": (
        [update(Signature).values(replaced="nothing")],
        "signature V-signed 1: replaced cannot be read: ",
    ),
    "a signature more": (
        [update(Visit).where(Visit.code == "V-signed").values(signed_version=2)],
        "visit V-signed: signed_version is not the number of its signatures",
    ),
    "a signature too few": (
        [update(Visit).where(Visit.code == "V-open").values(signed_version=1)],
        "visit V-open: signed_version is not the number of its signatures",
    ),
    "a version of a case": (
        [raw("""UPDATE adverse_event_version SET content = '{"state":"x"}'""")],
        "adverse_event_version E-1 1: content lacks causality, grades, verbatim_term",
    ),
    "a row of another patient": (
        [update(Medication).values(patient_id=OTHERS, enrolment_id=STAY)],
        "medication M-1: visit_id is of another patient",
    ),
    "a dose of a course that was voided": (
        [update(Course).values(**VOIDED)],
        "infusion I-1: is in force, and its course was voided",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "expected"), PLANTED.values(), ids=PLANTED)
def test_a_planted_disagreement_is_named(
    settings: Settings, changes: list[Any], expected: str
) -> None:
    plant(settings, *changes)
    result = verified()
    assert result.exit_code == 1, result.output
    findings = [line for line in result.stdout.splitlines() if " rows" not in line]
    assert len(findings) == 1, findings
    assert findings[0].startswith(expected), findings
    assert result.stderr == "registry: 1 disagreements between what is stored and its rules\n"


def test_a_half_voided_row_is_named(settings: Settings, engine_name: str) -> None:
    changes = [raw("UPDATE medication SET voided_by = 'eve'")]
    if engine_name == "postgresql":
        name = "ck_medication_voided_at_by_reason_together"
        changes.insert(0, raw(f"ALTER TABLE medication DROP CONSTRAINT {name}"))
    plant(settings, *changes)
    assert "medication M-1: is half voided: voided_at and void_reason missing" in verified().stdout


def test_answers_of_a_voided_visit_that_stay_in_force_are_named(settings: Settings) -> None:
    plant(settings, update(Visit).where(Visit.code == "V-open").values(**VOIDED))
    found = [line for line in verified().stdout.splitlines() if "in force" in line]
    assert sorted(found) == [
        "assessment V-open pga: is in force, and its visit was voided",
        "assessment V-open sledai_2k: is in force, and its visit was voided",
        "assessment V-open slicc_damage: is in force, and its visit was voided",
        "laboratory_result L-1: is in force, and its visit was voided",
        "medication M-1: is in force, and its visit was voided",
    ]


def test_a_dose_ended_for_an_unsigned_visit_is_named_and_an_upgrade_lets_it_go_on(
    settings: Settings,
) -> None:
    engine = make_engine(settings.database_url, settings.key())
    with writing(engine, Context("tests", "as an earlier version left it")) as session:
        stated = session.scalars(select(Medication)).one()
        place = {name: getattr(stated, name) for name in ("patient_id", "enrolment_id", "site_id")}
        ended = {
            "ended_on": PartialDate.parse("2026-03-01"),
            "stop_reason": f"next dose from {DAY}",
        }
        first = PartialDate.parse("2026-01")
        session.add(Medication(code="M-0", drug="prednisone", started_on=first, **place, **ended))
    named = "medication M-0: was ended for a visit that nobody signed; run `registry db upgrade`"
    assert named in verified().stdout.splitlines()
    told = CliRunner().invoke(main, ["db", "upgrade"])
    assert "steroid doses of unsigned visits that do not count any more: 1" in told.stdout
    assert verified().exit_code == 0
    with reading(engine) as session:
        row = session.scalars(select(Medication).filter_by(code="M-0")).one()
        assert (row.ended_on, row.stop_reason) == (None, None)
        assert not trail.verify(session.connection(), settings.key(), []).findings
    engine.dispose()
    assert "unsigned" not in CliRunner().invoke(main, ["db", "upgrade"]).stdout


@pytest.mark.parametrize("engine_name", ["sqlite"])  # the columns of the other hold numbers only
def test_a_text_in_place_of_points_is_named(settings: Settings) -> None:
    plant(settings, raw("UPDATE assessment SET total = 'six' WHERE instrument = 'pga'"))
    assert "assessment V-open pga: 'six' is not a number of points" in verified().stdout


def test_a_rule_that_the_program_does_not_know_is_counted_and_no_error(settings: Settings) -> None:
    plant(
        settings,
        of("V-open").values(rule_version="1992/1", total=Decimal(99)),
        of("V-open", "pga").values(instrument="later"),
        LAB.values(rule_version="units/0", canonical_value=Decimal(1)),
    )
    result = verified()
    assert result.exit_code == 0, result.output
    assert [line for line in result.stdout.splitlines() if line.startswith("not judged")] == [
        "not judged: 1 canonical values by rule units/0; this version knows units/1",
        f"not judged: 1 results of later {PGA.version}: this version of the program has no such "
        "instrument",
        f"not judged: 1 results of sledai_2k 1992/1: this version of the program knows {RULE}",
    ]


def test_a_bad_row_does_not_hide_another(settings: Settings) -> None:
    plant(
        settings,
        of("V-open").values(answers=ABSENT[1:]),
        of("V-signed").values(total=Decimal(10)),
    )
    found = [line for line in verified().stdout.splitlines() if line.startswith("assessment V")]
    assert len(found) == 2


def test_nothing_is_changed(settings: Settings) -> None:
    plant(settings, of("V-open").values(total=Decimal(10)))
    verified()
    engine = make_engine(settings.database_url, settings.key())
    with reading(engine) as session:
        totals = select(Assessment.total).where(Assessment.total == 10)
        assert session.scalars(totals).all() == [10]
    engine.dispose()


def test_json_lines_for_programs(settings: Settings) -> None:
    plant(settings, of("V-open").values(total=Decimal(10)))
    result = verified("--json")
    first, last = (json.loads(line) for line in result.stdout.splitlines())
    assert first == {
        "table": "assessment",
        "record": "V-open sledai_2k",
        "problem": f"stored total 10, rule {RULE} gives 6",
    }
    assert (last["findings"], last["checked"]["assessment"], last["not_judged"]) == (1, 5, {})


def test_no_registry_is_a_matter_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'nowhere.db'}")
    result = verified()
    assert result.exit_code == 3
    assert "there is no database" in result.stderr
