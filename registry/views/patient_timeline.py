"""The words of the patient page: identity strip, status line, one merged timeline."""

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import quote
from uuid import UUID

from registry.codes import (
    CELL_TYPE,
    CONTACT_MODE,
    DECISION,
    FLARE_SEVERITY,
    INTERCURRENT_EVENT,
    ROUTE,
    SEX,
    STATUS,
)
from registry.followup import clocks, flares
from registry.followup.facts import PatientFacts
from registry.followup.timepoints import has_target, target, title
from registry.partial_date import PartialDate
from registry.queries.adverse_events import EventRow
from registry.queries.flares import FlareRow
from registry.queries.patient_lists import AdjunctRow, ContactRow, IntercurrentRow
from registry.queries.patient_page import AssessmentRow, MedicationRow, PatientPageRows, VisitRow
from registry.queries.scope import PatientInReach
from registry.queries.treatment import CourseRow, InfusionRow
from registry.templating import addresses, show_code, show_date, show_number
from registry.views.adverse_event_words import event_tags, event_words
from registry.views.answer_words import further_words
from registry.views.medicine_words import NOT_COUNTED_YET, dose_words
from registry.views.patient_courses import days_of_later_courses

NO_ITEMS = "historic total, without its items"
_TAGS = {"unsigned": (("Not signed", "soon"),), "amended": (("Amended", "good"),)}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline; ``order`` is the middle of the range of a partial date."""

    kind: str
    word: str
    on: PartialDate | None
    title: str
    order: int
    day: int | None = None
    detail: str = ""
    href: str = ""
    anchor: str = ""
    tags: tuple[tuple[str, str], ...] = ()
    void: str = ""  # address of the page that voids it
    report: str = ""  # address of the form for an adverse event after it
    planned: bool = False  # it never took place on that day, it was due then


def identity(patient: PatientInReach, facts: PatientFacts, today: date) -> list[str]:
    """Return the words of the identity strip: enough to see that it is the right patient."""
    words = person(patient)
    course = facts.courses[0] if facts.courses else None
    first = clocks.first_infusion(course) if course else None
    if first is None:
        return [*words, "no infusion recorded"]
    words.append(f"{CELL_TYPE[first.cell_type]}, {show_date(str(first.started_at)[:10])}")
    if first.lots:
        words.append("lot " + ", ".join(first.lots))
    start = clocks.day_0(course) if course else None
    return [
        *words,
        f"day {clocks.days_after(today, start)}" if start else "day 0 not exactly known",
    ]


def person(patient: PatientInReach) -> list[str]:
    """Return the part of the strip that every page of a patient knows without a look-up."""
    words = [SEX[patient.sex]]
    if patient.birth_date:
        words.append(f"born {show_date(patient.birth_date)}")
    open_site = next((e.site_code for e in reversed(patient.enrolments) if e.to_on is None), None)
    return [*words, f"site {open_site}" if open_site else "no open enrolment"]


def status_line(patient: PatientInReach, rows: PatientPageRows) -> list[str]:
    """Return the sentences under the heading: status, last score, what waits for somebody."""
    words = [*_status_words(patient, rows), *_consent_words(rows)]
    last = next((v for v in reversed(rows.visits) if v.final and v.checklist), None)
    if last and last.checklist:
        words.append(f"SLEDAI-2K {_score_words(last.checklist)} on {show_date(last.visited_on)}")
    unsigned = sum(not visit.final for visit in rows.visits)
    if unsigned:
        words.append(f"{unsigned} visit{'s' if unsigned > 1 else ''} not signed")
    return words


def _status_words(patient: PatientInReach, rows: PatientPageRows) -> Iterator[str]:
    last = rows.statuses[-1] if rows.statuses else None
    died_on = patient.death_on or (last.on if last and last.status == "died" else None)
    if last and last.status != "died":
        yield f"{STATUS[last.status]} since {show_date(last.on)}"
    if died_on:
        cause = f": {patient.death_cause}" if patient.death_cause else ""
        yield f"Died {show_date(died_on)}{cause}"


def _consent_words(rows: PatientPageRows) -> Iterator[str]:
    if not rows.consents:
        yield "Consent not recorded"
    elif rows.consents[-1].decision != "given":
        last = rows.consents[-1]
        yield f"Consent {DECISION[last.decision].lower()} {show_date(last.decided_on)}"


def timeline(
    patient: PatientInReach, rows: PatientPageRows, facts: PatientFacts
) -> tuple[Entry, ...]:
    """Merge everything that has a date, newest first."""
    start = clocks.day_0(facts.courses[0]) if facts.courses else None
    own = patient.writable
    report = addresses("adverse_events.record", "code")(patient.code)
    place = _Place(start, own.site_id, report) if own else _Place(start, None)
    entries = [
        *_infusions(rows.infusions, place, days_of_later_courses(facts)),
        *_adjuncts(rows.adjuncts, place),
        *_visits(rows.visits, place),
        *_medicines(rows.medications, place),
        *_courses(rows.courses, {row.course_id for row in rows.infusions}, place),
        *_events(rows.events, place),
        *_flares(rows.flares, place, facts),
        *_intercurrent(rows.intercurrent, place, {row.id: row.code for row in rows.courses}),
        *_contacts(rows.contacts, place),
        *_people(patient, rows, start),
    ]
    return tuple(sorted(entries, key=lambda entry: entry.order, reverse=True))


def _people(patient: PatientInReach, rows: PatientPageRows, start: date | None) -> Iterator[Entry]:
    own = patient.writable is not None
    void = addresses("records.void", "key", kind="status")
    for status in rows.statuses:
        yield Entry(
            "status", "Status", status.on, STATUS[status.status], _order(status.on),
            _day(status.on, start), status.reason or "",
            void=void(status.id) if own and len(rows.statuses) > 1 else "",
        )  # fmt: skip
    void = addresses("records.void", "key", kind="consent")
    for consent in rows.consents:
        yield Entry(
            "consent", "Consent", consent.decided_on,
            f"{DECISION[consent.decision]}, version {consent.version}", _order(consent.decided_on),
            _day(consent.decided_on, start), _scopes(consent.scopes),
            void=void(consent.id) if own else "",
        )  # fmt: skip
    for enrolment in patient.enrolments:
        yield Entry(
            "status", "Enrolled", enrolment.from_on, f"at {enrolment.site_name}",
            _order(enrolment.from_on), _day(enrolment.from_on, start),
            f"until {show_date(enrolment.to_on)}" if enrolment.to_on else "",
        )  # fmt: skip


def _scopes(stored: str | None) -> str:
    return ", ".join(part.strip() for part in (stored or "").split(";"))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the lines are drawn: from which day they count, and whose rows may be changed."""

    start: date | None
    site_id: int | None  # the site this person writes for; others' rows have no such links
    report: str = ""  # address of the form for an adverse event, where this person may write

    def day(self, on: PartialDate | None) -> int | None:
        return _day(on, self.start)

    def planned(self, timepoint: str | None) -> PartialDate | None:
        """Return the day a timepoint aims at, for a visit that never had a day."""
        if self.start is None or not timepoint or not has_target(timepoint):
            return None
        return PartialDate.on(self.start + timedelta(days=target(timepoint)))


def _infusions(
    rows: Iterable[InfusionRow], place: _Place, own_days: Mapping[str, str]
) -> Iterator[Entry]:
    edit = addresses("treatment.edit_infusion", "infusion")
    void = addresses("records.void", "key", kind="infusion")
    for row in rows:
        own = row.site_id == place.site_id
        yield Entry(
            "infusion", "Infusion", row.started_at, CELL_TYPE[row.cell_type],
            _order(row.started_at), place.day(row.started_at), _given(row, own_days.get(row.code)),
            edit(row.code) if own else "", f"infusion-{row.code}", void=void(row.id) if own else "",
            report=f"{place.report}?infusion={quote(row.code, safe='')}" if place.report else "",
        )  # fmt: skip


def _given(row: InfusionRow, own_day: str | None) -> str:
    parts = [own_day] if own_day else []
    parts.append(f"lot {', '.join(row.lots)}" if row.lots else "lot not recorded")
    if row.dose_total_cells is not None:
        parts.append(f"{show_number(row.dose_total_cells, grouped=True)} cells")
    if row.dose_cells_per_kg is not None:
        parts.append(f"{show_number(row.dose_cells_per_kg, grouped=True)} cells/kg")
    if row.reaction:
        parts.append(f"reaction: {row.reaction}")
    return " · ".join(parts)


def _adjuncts(rows: Iterable[AdjunctRow], place: _Place) -> Iterator[Entry]:
    edit = addresses("treatment.edit_adjunct", "adjunct")
    void = addresses("records.void", "key", kind="adjunct")
    for row in rows:
        own = row.site_id == place.site_id
        dose = f"{show_number(row.dose)} {row.unit or ''}".strip() if row.dose is not None else ""
        parts = (dose, ROUTE[row.route].lower() if row.route else "")
        yield Entry(
            "adjunct", "Adjunct", row.given_on, row.adjunct, _order(row.given_on),
            place.day(row.given_on), " · ".join(part for part in parts if part),
            edit(row.id) if own else "", void=void(row.id) if own else "",
        )  # fmt: skip


def _courses(
    rows: Iterable[CourseRow], infused: Set[UUID | None], place: _Place
) -> Iterator[Entry]:
    edit = addresses("treatment.edit_course", "course")
    void = addresses("records.void", "key", kind="course")
    for row in rows:
        own = row.site_id == place.site_id
        free = own and row.id not in infused
        on = row.started_on or row.mobilised_on
        yield Entry(
            "course", "Course", on, f"{row.code} {row.indication or ''}".strip(), _order(on),
            place.day(on), row.conditioning or "",
            edit(row.code) if own else "", void=void(row.id) if free else "",
        )  # fmt: skip


def _events(rows: Iterable[EventRow], place: _Place) -> Iterator[Entry]:
    show, void = (
        addresses("adverse_events.show", "event"),
        addresses("adverse_events.void", "event"),
    )
    for row in rows:
        own = row.site_id == place.site_id
        yield Entry(
            "event", "Adverse event", row.started_on, row.term or row.verbatim_term,
            _order(row.started_on), place.day(row.started_on), event_words(row), show(row.code),
            f"event-{row.code}", event_tags(row), void=void(row.code) if own else "",
        )  # fmt: skip


def _flares(rows: Iterable[FlareRow], place: _Place, facts: PatientFacts) -> Iterator[Entry]:
    edit = addresses("course_of_disease.edit_flare", "flare")
    void = addresses("records.void", "key", kind="flare")
    for row in rows:
        own = row.site_id == place.site_id
        severity = FLARE_SEVERITY.get(row.severity or "", row.severity)
        organs = [flares.ORGANS.get(part, show_code(part)) for part in flares.split(row.organs)]
        parts = [", ".join(organs) or "organs not recorded"]
        parts.append(flares.when(row.onset_on, facts.courses))
        parts.append(f"resolved {show_date(row.ended_on)}" if row.ended_on else "no end recorded")
        yield Entry(
            "flare", "Flare", row.onset_on, severity or "severity not recorded",
            _order(row.onset_on), place.day(row.onset_on), " · ".join(parts),
            edit(row.id) if own else "", f"flare-{row.code}",
            (("Admitted", "late"),) if row.admitted else (), void=void(row.id) if own else "",
        )  # fmt: skip


def _intercurrent(
    rows: Iterable[IntercurrentRow], place: _Place, courses: Mapping[UUID, str]
) -> Iterator[Entry]:
    edit = addresses("course_of_disease.edit_intercurrent", "intercurrent")
    void = addresses("records.void", "key", kind="intercurrent")
    planned = {True: "planned", False: "not planned", None: ""}
    for row in rows:
        own = row.site_id == place.site_id
        course = courses.get(row.course_id) if row.course_id else None
        parts = (planned[row.planned], f"course {course}" if course else "", row.reason or "")
        yield Entry(
            "intercurrent", "Intercurrent event", row.on,
            INTERCURRENT_EVENT.get(row.type, show_code(row.type)), _order(row.on),
            place.day(row.on), " · ".join(part for part in parts if part),
            edit(row.id) if own else "", void=void(row.id) if own else "",
        )  # fmt: skip


def _contacts(rows: Iterable[ContactRow], place: _Place) -> Iterator[Entry]:
    edit = addresses("course_of_disease.edit_contact", "contact")
    void = addresses("records.void", "key", kind="contact")
    for row in rows:
        own = row.site_id == place.site_id
        yield Entry(
            "contact", "Contact attempt", row.attempted_at, CONTACT_MODE[row.mode],
            _order(row.attempted_at), place.day(row.attempted_at), row.result or "",
            edit(row.id) if own else "", void=void(row.id) if own else "",
        )  # fmt: skip


def _visits(rows: Iterable[VisitRow], place: _Place) -> Iterator[Entry]:
    show, void = addresses("visits.show", "visit"), addresses("records.void", "key", kind="visit")
    for row in rows:
        heading, detail = _visit_words(row)
        may_void = row.site_id == place.site_id and not row.signed_version
        on = row.visited_on or place.planned(row.timepoint)
        yield Entry(
            "visit", "Visit", on, heading, _order(on), place.day(on), detail, show(row.code),
            f"visit-{row.code}", _TAGS.get(row.state, ()), void=void(row.id) if may_void else "",
            planned=on is not None and row.visited_on is None,
        )  # fmt: skip


def _visit_words(row: VisitRow) -> tuple[str, str]:
    named = title(row.timepoint) if row.timepoint else "Visit"
    if row.attendance != "done":
        why = row.reason or "no reason recorded"
        return f"{named}: {row.attendance.replace('_', ' ')}", why
    first = f"SLEDAI-2K {_score_words(row.checklist)}" if row.checklist else "no SLEDAI-2K"
    # Under the word visit already: no timepoint was chosen, so the date decides.
    return named if row.timepoint else "by its date", " · ".join(
        [first, *further_words(row.assessments, row.checklist)]
    )


def _medicines(rows: Iterable[MedicationRow], place: _Place) -> Iterator[Entry]:
    edit = addresses("medications.edit", "medication")
    void = addresses("records.void", "key", kind="medication")
    show = addresses("visits.show", "visit")
    for row in rows:
        own = row.site_id == place.site_id and row.counts
        change = edit(row.id) if own else ""
        yield Entry(
            "medicine", "Medicine", row.started_on, row.drug, _order(row.started_on),
            place.day(row.started_on), _dose(row), change if row.counts else show(row.open_visit),
            tags=() if row.counts else _TAGS["unsigned"], void=void(row.id) if own else "",
        )  # fmt: skip


def _dose(row: MedicationRow) -> str:
    if not row.counts:
        return f"{dose_words(row)} · {NOT_COUNTED_YET}"
    until = f"to {show_date(row.ended_on)}" if row.ended_on else "ongoing"
    return f"{dose_words(row)} · {until}"


def _score_words(score: AssessmentRow) -> str:
    if score.total_only:
        return f"{show_number(score.total)} ({NO_ITEMS})"
    if score.complete:
        return show_number(score.total)
    return f"incomplete, {show_number(score.known_points)} to {show_number(score.max_possible)}"


def _order(on: PartialDate | None) -> int:
    """Place a partial date in the middle of its range; what has no date comes last."""
    return 0 if on is None else (on.earliest.toordinal() + on.latest.toordinal()) // 2


def _day(on: PartialDate | None, start: date | None) -> int | None:
    exact = on.exact if on else None
    return None if exact is None or start is None else clocks.days_after(exact, start)
