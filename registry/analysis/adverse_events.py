"""Adverse events of everybody whose course began: patients and events, exposure, every death.

Population: course started, infused or not (safety).  Counted are treatment-emergent events; a
patient counts once in a row, by the worst grade.  Zero events has its upper limit like any count.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from registry.analysis.deaths import deaths
from registry.analysis.exposure import PersonTime, ends_with, person_time
from registry.analysis.intervals import proportion
from registry.analysis.members import Member
from registry.followup import emergence
from registry.followup.facts import AdverseEventFact

SOLICITATION: Mapping[bool | None, str] = {True: "yes", False: "no", None: "not_recorded"}
GRADES = (1, 2, 3, 4, 5, None)  # None: not recorded, a row of its own
RELATIONS = ("related", *emergence.UNDECIDED, "not_related")


@dataclass(frozen=True, slots=True)
class Case:
    """One event of one patient, with what was derived from it once."""

    patient_id: str
    event: AdverseEventFact
    phase: str
    grade: int | None
    relation: str

    @classmethod
    def of(cls, member: Member, event: AdverseEventFact) -> "Case":
        patient = member.patient
        return cls(
            patient.patient_id,
            event,
            emergence.phase(event, patient.courses),
            emergence.worst_grade(event),
            emergence.relation(event),
        )


@dataclass(frozen=True, slots=True)
class Population:
    """Whose events are counted, and over how long."""

    n: int
    time: PersonTime


def started(members: Sequence[Member]) -> list[Member]:
    """Return the members whose course began, whether or not a product was given."""
    return [member for member in members if member.course]


def cases_of(members: Sequence[Member]) -> list[Case]:
    """Return every event of those whose course began, those before it included."""
    return [
        Case.of(member, event)
        for member in started(members)
        for event in member.patient.adverse_events
    ]


def adverse_events(
    members: Sequence[Member],
    ends: str | None = None,
    product_events: Sequence[AdverseEventFact] | None = None,
) -> dict[str, Any]:
    """Return the section; ``product_events`` are those of a lot that harmed no patient.

    ``ends`` is what ends the person-time where it is judged over more patients than these.
    """
    treated = started(members)
    ends = ends or ends_with(treated)
    who = Population(len(treated), person_time(treated, ends))
    every = cases_of(treated)
    counted = [case for case in every if case.phase != emergence.PRE_COURSE]
    before = [case for case in every if case.phase == emergence.PRE_COURSE]
    return {
        "patients": who.n,
        "infusions": sum(len(c.infusions) for m in treated for c in m.patient.courses),
        "patient_years": who.time.years,
        "person_time_ends": ends,
        "without_person_time": who.time.without,
        **_headlines(counted, who),
        **_tables(counted, who),
        "by_phase": _by(every, emergence.PHASES, lambda c: (c.phase,), "phase", who),
        "before_course": {"patients": _patients(before), "events": len(before)},
        "deaths": deaths(treated),
        "product_events": _product_events(product_events),
    }


def _headlines(counted: Sequence[Case], who: Population) -> dict[str, Any]:
    worst_case = {"related", *emergence.UNDECIDED}
    return {
        "any": _share(counted, who),
        "serious": _share([c for c in counted if emergence.is_serious(c.event)], who),
        "related": _share([c for c in counted if c.relation == "related"], who),
        "related_worst_case": _share([c for c in counted if c.relation in worst_case], who),
    }


def _tables(counted: Sequence[Case], who: Population) -> dict[str, Any]:
    return {
        "by_relation": _by(counted, RELATIONS, lambda c: (c.relation,), "relation", who),
        "by_cause": _by(
            counted, emergence.TREATMENT_CAUSES, lambda c: emergence.causes(c.event), "cause", who
        ),
        "by_solicited": _by(
            counted,
            tuple(SOLICITATION.values()),
            lambda c: (SOLICITATION[c.event.solicited],),
            "solicited",
            who,
        ),
        "by_grade": _by_worst_grade(counted, who, {}),
        "by_soc": _by_soc(counted, who),
        "by_term": _by_term(counted, who),
    }


def _by(
    cases: Sequence[Case],
    levels: Sequence[str],
    levels_of: Callable[[Case], Iterable[str]],
    key: str,
    who: Population,
) -> list[dict[str, Any]]:
    """Return one row for each level, those without an event among them."""
    found: dict[str, list[Case]] = {level: [] for level in levels}
    for case in cases:
        for level in levels_of(case):
            found[level].append(case)
    return [{key: level, **_share(mine, who)} for level, mine in found.items()]


def _by_soc(cases: Sequence[Case], who: Population) -> list[dict[str, Any]]:
    found: dict[str | None, list[Case]] = defaultdict(list)
    for case in cases:
        found[case.event.soc].append(case)
    rows = [{"soc": soc, **_rated(mine, who)} for soc, mine in found.items()]
    return sorted(rows, key=lambda row: (-row["patients"], row["soc"] is None, row["soc"] or ""))


def _by_term(cases: Sequence[Case], who: Population) -> list[dict[str, Any]]:
    """Return a row for each term and grade; an event that nobody coded has no term here.

    The reporter's own words are left out: they may name a person.
    """
    found: dict[tuple[str | None, str | None], list[Case]] = defaultdict(list)
    for case in cases:
        found[case.event.soc, case.event.term].append(case)
    return [
        row
        for (soc, term), mine in sorted(found.items(), key=_by_name)
        for row in _by_worst_grade(mine, who, {"soc": soc, "term": term}, rated=True)
        if row["events"]
    ]


def _by_name(
    item: tuple[tuple[str | None, str | None], object],
) -> tuple[bool, str, bool, str]:
    soc, term = item[0]
    return soc is None, soc or "", term is None, term or ""


def _by_worst_grade(
    cases: Sequence[Case], who: Population, labels: Mapping[str, Any], *, rated: bool = False
) -> list[dict[str, Any]]:
    """Return a row for each grade: events of that grade, patients whose worst it is."""
    patients = Counter(_worst_by_patient(cases).values())
    events = Counter(case.grade for case in cases)
    rows: list[dict[str, Any]] = [
        {**labels, "grade": grade, **_counts(patients[grade], events[grade], who)}
        for grade in GRADES
    ]
    if rated:
        for row in rows:
            row["per_100_patient_years"] = who.time.per_100_years(row["events"])
    return rows


def _worst_by_patient(cases: Iterable[Case]) -> dict[str, int | None]:
    """Return the worst grade of each patient; None only where no event of theirs has one."""
    worst: dict[str, int | None] = {}
    for case in cases:
        known = [grade for grade in (worst.get(case.patient_id), case.grade) if grade]
        worst[case.patient_id] = max(known, default=None)
    return worst


def _share(cases: Sequence[Case], who: Population) -> dict[str, Any]:
    return _counts(_patients(cases), len(cases), who)


def _rated(cases: Sequence[Case], who: Population) -> dict[str, Any]:
    return {**_share(cases, who), "per_100_patient_years": who.time.per_100_years(len(cases))}


def _counts(patients: int, events: int, who: Population) -> dict[str, Any]:
    """Return patients and events, and the patients as a share of all whose course began."""
    share = proportion(patients, who.n)._asdict()
    share.pop("x")
    return {"patients": patients, "events": events, **share}


def _patients(cases: Iterable[Case]) -> int:
    return len({case.patient_id for case in cases})


def _product_events(events: Sequence[AdverseEventFact] | None) -> dict[str, int] | None:
    """Count the events that reached no patient; None where they can belong to no group."""
    if events is None:
        return None
    return {"events": len(events), "serious": sum(bool(emergence.is_serious(e)) for e in events)}
