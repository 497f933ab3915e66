"""The words of the patient page: identity strip, status line, one merged timeline."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from flask import url_for

from registry.codes import CELL_TYPE, DECISION, SEX, STATUS
from registry.followup import clocks
from registry.followup.facts import PatientFacts
from registry.followup.timepoints import title
from registry.partial_date import PartialDate
from registry.queries.patient_page import (
    AssessmentRow,
    CourseRow,
    InfusionRow,
    MedicationRow,
    PatientPageRows,
    VisitRow,
)
from registry.queries.scope import PatientInReach
from registry.templating import show_date, show_number

NO_ITEMS = "historic total, without its items"


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
    void: tuple[str, str] | None = None  # kind and id, for the link that voids it


def identity(patient: PatientInReach, facts: PatientFacts, today: date) -> list[str]:
    """Return the words of the identity strip: enough to see that it is the right patient."""
    words = [SEX[patient.sex]]
    if patient.birth_date:
        words.append(f"born {show_date(patient.birth_date)}")
    open_site = next((e.site_code for e in reversed(patient.enrolments) if e.to_on is None), None)
    words.append(f"site {open_site}" if open_site else "no open enrolment")
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


def status_line(patient: PatientInReach, rows: PatientPageRows) -> list[str]:
    """Return the sentences under the heading: status, last score, what waits for somebody."""
    words = []
    if rows.statuses:
        words.append(f"{STATUS[rows.statuses[-1].status]} since {show_date(rows.statuses[-1].on)}")
    if patient.death_on:
        words.append(f"Died {show_date(patient.death_on)}")
    last = next((v for v in reversed(rows.visits) if v.final and v.checklist), None)
    if last and last.checklist:
        words.append(f"SLEDAI-2K {_score_words(last.checklist)} on {show_date(last.visited_on)}")
    unsigned = sum(not visit.final for visit in rows.visits)
    if unsigned:
        words.append(f"{unsigned} visit{'s' if unsigned > 1 else ''} not signed")
    if not rows.consents:
        words.append("Consent not recorded")
    return words


def timeline(
    patient: PatientInReach, rows: PatientPageRows, facts: PatientFacts
) -> tuple[Entry, ...]:
    """Merge everything that has a date, newest first."""
    start = clocks.day_0(facts.courses[0]) if facts.courses else None
    entries = [
        *(_infusion(row, start, own=_own(patient, row.site_id)) for row in rows.infusions),
        *(_visit(row, start, own=_own(patient, row.site_id)) for row in rows.visits),
        *(_medicine(row, start, own=_own(patient, row.site_id)) for row in rows.medications),
        *(_course(row, start, own=_own(patient, row.site_id)) for row in rows.courses),
        *_people(patient, rows, start),
    ]
    return tuple(sorted(entries, key=lambda entry: entry.order, reverse=True))


def _people(patient: PatientInReach, rows: PatientPageRows, start: date | None) -> Iterator[Entry]:
    for status in rows.statuses:
        yield Entry(
            "status", "Status", status.on, STATUS[status.status], _order(status.on),
            _day(status.on, start), status.reason or "",
        )  # fmt: skip
    for consent in rows.consents:
        yield Entry(
            "consent", "Consent", consent.decided_on,
            f"{DECISION[consent.decision]}, version {consent.version}", _order(consent.decided_on),
            _day(consent.decided_on, start), consent.scopes or "",
        )  # fmt: skip
    for enrolment in patient.enrolments:
        yield Entry(
            "status", "Enrolled", enrolment.from_on, f"at {enrolment.site_name}",
            _order(enrolment.from_on), _day(enrolment.from_on, start),
            f"until {show_date(enrolment.to_on)}" if enrolment.to_on else "",
        )  # fmt: skip


def _own(patient: PatientInReach, site_id: int) -> bool:
    """Whether this person may change a row made at that site."""
    return patient.writable is not None and patient.writable.site_id == site_id


def _infusion(row: InfusionRow, start: date | None, *, own: bool) -> Entry:
    parts = [f"lot {', '.join(row.lots)}" if row.lots else "lot not recorded"]
    if row.dose_total_cells is not None:
        parts.append(f"{show_number(row.dose_total_cells, grouped=True)} cells")
    if row.dose_cells_per_kg is not None:
        parts.append(f"{show_number(row.dose_cells_per_kg, grouped=True)} cells/kg")
    if row.reaction:
        parts.append(f"reaction: {row.reaction}")
    return Entry(
        "infusion", "Infusion", row.started_at, CELL_TYPE[row.cell_type],
        _order(row.started_at), _day(row.started_at, start), " · ".join(parts),
        url_for("treatment.edit_infusion", infusion=row.code) if own else "",
        f"infusion-{row.code}", void=("infusion", str(row.id)) if own else None,
    )  # fmt: skip


def _course(row: CourseRow, start: date | None, *, own: bool) -> Entry:
    on = row.started_on or row.mobilised_on
    return Entry(
        "course", "Course", on, f"{row.code} {row.indication or ''}".strip(), _order(on),
        _day(on, start), row.conditioning or "",
        url_for("treatment.edit_course", course=row.code) if own else "",
    )  # fmt: skip


def _visit(row: VisitRow, start: date | None, *, own: bool) -> Entry:
    named = title(row.timepoint) if row.timepoint else "Visit"
    if row.attendance != "done":
        detail = row.reason or "no reason recorded"
        heading = f"{named}: {row.attendance.replace('_', ' ')}"
    else:
        detail = f"SLEDAI-2K {_score_words(row.checklist)}" if row.checklist else "no SLEDAI-2K"
        heading = named
    tags = {"unsigned": ("Not signed", "soon"), "amended": ("Amended", "good")}
    return Entry(
        "visit", "Visit", row.visited_on, heading, _order(row.visited_on),
        _day(row.visited_on, start), detail, url_for("visits.show", visit=row.code),
        f"visit-{row.code}", (tags[row.state],) if row.state in tags else (),
        void=("visit", str(row.id)) if own and not row.signed_version else None,
    )  # fmt: skip


def _medicine(row: MedicationRow, start: date | None, *, own: bool) -> Entry:
    dose = row.daily_dose if row.daily_dose is not None else row.dose
    words = [
        f"{show_number(dose)} {row.unit or ''}".strip() if dose is not None else "dose not recorded"
    ]
    if row.daily_dose is not None:
        words[0] += " a day"
    elif row.per_day is not None:
        words[0] += f" × {show_number(row.per_day)} a day"
    if row.pulse:
        words.append("pulse")
    words.append(f"to {show_date(row.ended_on)}" if row.ended_on else "ongoing")
    return Entry(
        "medicine", "Medicine", row.started_on, row.drug, _order(row.started_on),
        _day(row.started_on, start), " · ".join(words),
        url_for("medications.edit", medication=row.id) if own else "",
        void=("medication", str(row.id)) if own else None,
    )  # fmt: skip


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
