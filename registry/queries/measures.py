"""Load every measure of one patient beside the activity index, of final visits with a day."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date

from sqlalchemy.orm import Session

from registry.analysis.measures import Measured, measured
from registry.analysis.readings import Reading, never_falling, readings, with_index
from registry.followup import clocks
from registry.followup.facts import VisitFact
from registry.plots.measures import Mark, MeasuresData, Series
from registry.queries.patient_facts import facts_of
from registry.queries.patient_page import PatientPageRows, visits_of
from registry.queries.scope import PatientInReach
from registry.queries.treatment import courses_of, infusions_of
from registry.queries.treatment_marks import day_0_of

SHOWN_ELSEWHERE = frozenset({"sledai_2k", "csledai_2k"})  # the trajectory


def load(
    session: Session, patient: PatientInReach, *, today: date, synthetic: bool = False
) -> MeasuresData:
    """Read what the figure needs: three queries beside the patient."""
    rows = PatientPageRows(
        statuses=(),
        consents=(),
        courses=courses_of(session, patient),
        infusions=infusions_of(session, patient),
        visits=visits_of(session, patient),
        medications=(),
    )
    facts = facts_of(patient, rows)
    start = day_0_of(facts.courses)
    final = sorted(
        ((visit.visited_on, visit) for visit in facts.visits if visit.final and visit.visited_on),
        key=lambda dated: dated[0],
    )
    origin = start or (final[0][0] if final else today)
    return MeasuresData(
        patient_code=facts.patient_id,
        series=tuple(_series(final, origin, never_falling(facts))),
        day_0_known=start is not None,
        cut_on=today,
        unsigned=sum(not visit.final for visit in facts.visits),
        synthetic=synthetic,
    )


def _series(
    final: list[tuple[date, VisitFact]], origin: date, indices: Mapping[str, Reading]
) -> Iterator[Series]:
    """Yield each measure; damage as the index of the patient, which never falls."""
    found: dict[tuple[str, str], list[Mark]] = defaultdict(list)
    for on, visit in final:
        for (code, version), reading in with_index(readings(visit), visit, indices).items():
            found[code, version] += _mark(reading, on, origin)
    for declared, version, marks in sorted(_named(found), key=lambda one: (one[0].title, one[1])):
        yield Series(
            declared.title,
            version,
            declared.reading,
            declared.minimum,
            declared.maximum,
            tuple(marks),
        )


def _named(
    found: Mapping[tuple[str, str], list[Mark]],
) -> Iterator[tuple[Measured, str, list[Mark]]]:
    """Yield the measures that this program knows and that have a result."""
    for (code, version), marks in found.items():
        declared = measured(code)
        if declared is not None and marks and code not in SHOWN_ELSEWHERE:
            yield declared, version, marks


def _mark(reading: Reading, on: date, origin: date) -> list[Mark]:
    """Return the mark of a result; a scale without a value has none."""
    bounds = reading.bounds
    return [Mark(on, clocks.days_after(on, origin), reading.total, *bounds)] if bounds else []
