"""Adverse events of an invented patient: the usual ones, and those that a story plants."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from registry.synthetic.case import Case
from registry.synthetic.happenings import FLARE_OR_NOT
from registry.synthetic.rows import Row, Rows, chance
from registry.synthetic.treatment import Given

GENERAL = "General disorders and administration site conditions"
INFECTIONS = "Infections and infestations"
BLOOD = "Blood and lymphatic system disorders"
SEVERE = 3
ALIKE_DAYS = 31  # more than where the registry asks, for an onset known to the month


@dataclass(frozen=True, slots=True)
class Usual:
    """One kind of event, how often it happens after an infusion, and between which days."""

    verbatim: str
    term: str
    soc: str
    grades: tuple[int, ...]
    share: float
    days: tuple[int, int]
    solicited: bool = False
    admitted: bool = False  # where it is severe
    lasts: int = 3  # days at most


MSC_EVENTS = (
    Usual("Feverish in the evening", "Fever", GENERAL, (1, 1, 2), 0.1, (0, 2), solicited=True),
    Usual("Tired for days", "Fatigue", GENERAL, (1, 1, 2), 0.12, (0, 7), solicited=True, lasts=9),
    Usual("Headache", "Headache", "Nervous system disorders", (1, 2), 0.08, (0, 7), solicited=True),
    Usual("Sore vein", "Injection site reaction", GENERAL, (1, 2), 0.06, (0, 3), solicited=True),
    Usual("Cold with cough", "Upper respiratory infection", INFECTIONS, (2,), 0.2, (30, 330)),
    Usual(
        "Bladder infection",
        "Urinary tract infection",
        INFECTIONS,
        (2, 2, 3),
        0.1,
        (30, 330),
        admitted=True,
        lasts=10,
    ),
    Usual("Shingles on the chest", "Shingles", INFECTIONS, (2,), 0.05, (60, 330), lasts=20),
)
HSC_EVENTS = (
    Usual("Sore mouth", "Mucositis oral", "Gastrointestinal disorders", (2, 3), 0.7, (3, 8)),
    Usual(
        "Fever without neutrophils",
        "Febrile neutropenia",
        BLOOD,
        (3,),
        0.5,
        (5, 10),
        admitted=True,
        lasts=6,
    ),
    Usual("Few platelets", "Platelet count decreased", "Investigations", (3, 4), 0.9, (2, 6)),
    *MSC_EVENTS[4:],
)


def event_rows(case: Case, given: Sequence[Given]) -> Rows:
    """Yield the events by onset, numbered in the order of the file."""
    events = _planted(case, given[0]) if given else []
    for event in (event for infusion in given for event in _usual(case, infusion)):
        if not any(_alike(event, other) for other in events):
            events.append(event)
    events.sort(key=lambda event: event["started_on"])
    for number, event in enumerate(events, start=1):
        row = {"event_id": f"{case.code}-E{number:02d}", "patient_id": case.code, **event}
        yield "adverse_events.csv", row


def _alike(one: Row, other: Row) -> bool:
    """Whether two events would look like one that was reported twice."""
    if one["soc"] != other["soc"]:
        return False
    first, second = (date.fromisoformat(f"{row['started_on']}-01"[:10]) for row in (one, other))
    return abs((first - second).days) <= ALIKE_DAYS


def _usual(case: Case, given: Given) -> Iterator[Row]:
    kinds = HSC_EVENTS if case.story.product == "hsc" else MSC_EVENTS
    for kind in kinds:
        day = given.day + timedelta(days=case.more.randint(*kind.days))
        if chance(case.more, kind.share) and day <= case.last_day:
            yield _event(case, given, kind, day)


def _event(case: Case, given: Given, kind: Usual, day: date) -> Row:
    grade = case.more.choice(kind.grades)
    early = (day - given.day).days <= kind.days[1] and kind.solicited
    admitted = kind.admitted and grade >= SEVERE
    return {
        "verbatim_term": kind.verbatim,
        **_coded(kind.term, kind.soc, grade),
        **_when(case, day, case.more.randint(1, kind.lasts)),
        "serious": "true" if admitted else "false",
        "seriousness": "hospitalisation" if admitted else "",
        "causality": case.more.choice(("probable", "possible") if early else ("unlikely",)),
        "causality_reviewer": "unlikely" if admitted else "",
        "infusion_id": given.infusion_id,
        "lot_id": given.lot.code,
        "solicited": "true" if kind.solicited else "false",
    }


def _coded(term: str, soc: str, grade: int) -> Row:
    coded = {"term": term, "dictionary": "CTCAE", "dictionary_version": "5.0", "soc": soc}
    return coded | {"grade": str(grade), "scale": "CTCAE 5.0"}


def _when(case: Case, day: date, days: int) -> Row:
    """Return onset, end, site and when it was known, nothing of it after the last day."""
    place = case.site_on(day)
    ended, known = day + timedelta(days=days), min(day + timedelta(days=1), case.last_day)
    over = ended <= case.last_day
    return {
        "started_on": day.isoformat(),
        "ended_on": ended.isoformat() if over else "",
        "outcome": "recovered" if over else "recovering",
        "site_code": place.code,
        "site_aware_at": f"{known.isoformat()}T23:30{place.offset}",
    }


# --- planted stories ------------------------------------------------------------------------


def _planted(case: Case, given: Given) -> list[Row]:
    incidents = case.story.incidents
    rows: list[Row] = []
    if case.in_cluster:
        rows.append(
            _sepsis(case, given) if "sepsis_on_day_12" in incidents else _fever(case, given)
        )
    if "duplicate_event" in incidents:
        rows += _twice(case, given)
    if "partial_onset" in incidents:
        rows.append(_partial(case, given))
    if "flare_or_not" in incidents:
        rows.append(_flare_or_not(case, given))
    if case.story.ending and case.story.ending.status == "died":
        rows.append(_death(case, given))
    return [row for row in rows if row["started_on"] <= case.last_day.isoformat()]


def _of(given: Given) -> Row:
    return {"infusion_id": given.infusion_id, "lot_id": given.lot.code, "solicited": "false"}


def _sepsis(case: Case, given: Given) -> Row:
    """Return the serious event that begins twelve days after the bad lot."""
    day = given.day + timedelta(days=12)
    return {
        "verbatim_term": "Sepsis, Ralstonia pickettii in two blood cultures",
        **_coded("Sepsis", INFECTIONS, 4),
        **_when(case, day, 16),
        **_of(given),
        "serious": "true",
        "seriousness": "life_threatening;hospitalisation",
        "causality": "probable",
        "causality_reviewer": "certain",
        "expected": "false",
        "action": "Second infusion not given" if given.sequence > 1 else "None possible",
        "registry_aware_at": f"{day + timedelta(days=2)}T10:00{case.site_on(day).offset}",
        "narrative": "Chills and low pressure twelve days after the infusion; intensive care.",
    }


def _fever(case: Case, given: Given) -> Row:
    """Return the milder event of another patient of the same lot."""
    return {
        "verbatim_term": "Fever for a week, no focus found",
        **_coded("Fever", GENERAL, 2),
        **_when(case, given.day + timedelta(days=case.more.randint(9, 15)), 7),
        **_of(given),
        "serious": "true",
        "seriousness": "hospitalisation",
        "causality": "possible",
    }


def _twice(case: Case, given: Given) -> list[Row]:
    """Return one event that was reported by the site and again by the patient."""
    day = given.day + timedelta(days=65)
    site = {
        "verbatim_term": "Herpes zoster, left chest",
        **_coded("Shingles", INFECTIONS, 2),
        **_when(case, day, 14),
        **_of(given),
        "serious": "false",
        "causality": "possible",
    }
    told = {"verbatim_term": "Painful blisters on the chest", "narrative": "Told by telephone."}
    return [site, site | told | _when(case, day + timedelta(days=3), 11)]


def _partial(case: Case, given: Given) -> Row:
    """Return an event of which only the month is known: that of the infusion."""
    return {
        "verbatim_term": "Rash on both arms",
        **_coded("Rash maculo-papular", "Skin and subcutaneous tissue disorders", 2),
        **_of(given),
        "started_on": given.day.isoformat()[:7],
        "site_code": case.site_on(given.day).code,
        "serious": "false",
        "causality": "conditional",
        "outcome": "unknown",
    }


def _flare_or_not(case: Case, given: Given) -> Row:
    """Return what flares.csv calls a flare and the site does not."""
    return {
        "verbatim_term": "More protein in urine, no flare in the opinion of the site",
        **_coded("Proteinuria", "Renal and urinary disorders", 2),
        **_when(case, case.day_0 + FLARE_OR_NOT, 30),
        **_of(given),
        "serious": "false",
        "causality": "not_related",
        "narrative": "The patient calls it a flare, and so it stands among the flares.",
    }


def _death(case: Case, given: Given) -> Row:
    day = case.last_day - timedelta(days=9)
    place = case.site_on(day)
    return {
        "verbatim_term": "Sepsis after pneumonia",
        **_coded("Sepsis", INFECTIONS, 5),
        **_of(given),
        "started_on": day.isoformat(),
        "ended_on": case.last_day.isoformat(),
        "site_code": place.code,
        "serious": "true",
        "seriousness": "death;hospitalisation",
        "causality": "unlikely",
        "causality_reviewer": "possible",
        "expected": "false",
        "outcome": "fatal",
        "site_aware_at": f"{case.last_day.isoformat()}T12:00{place.offset}",
    }
