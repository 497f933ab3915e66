"""The figure of a patient's measures reads damage as the summary does."""

from datetime import date

from sqlalchemy import update

from registry.database.engine import reading, writing
from registry.models import Assessment, Visit
from registry.queries import measures
from registry.queries.scope import Reach, patient_in_reach
from tests.damage_counts import a_total
from tests.registry.queries.conftest import WHY, on


def test_damage_never_falls_in_the_figure(engine, store):
    place = store("P1")
    with writing(engine, WHY) as session:
        session.execute(update(Assessment).values(parts={}))
        for day, points in (("2024-08-01", 3), ("2025-02-01", 2)):
            (fact,) = a_total(day, points).assessments
            visit = Visit(code=day, visited_on=on(day), **place)
            session.add(visit)
            session.flush()
            known = dict.fromkeys(("total", "known_points", "max_possible"), fact.total)
            session.add(
                Assessment(
                    visit_id=visit.id, instrument=fact.instrument, rule_version=fact.version,
                    complete=True, total_only=True, **known, **place,
                )
            )  # fmt: skip
    with reading(engine) as session:
        patient = patient_in_reach(session, Reach.everything(), "P1")
        data = measures.load(session, patient, today=date(2026, 1, 1))
    (damage,) = (one for one in data.series if "amage" in one.title)
    assert [mark.value for mark in damage.marks] == [3, 3]
