"""The lines of the page of baseline and history: each table's rows, with the links they carry."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from registry import codes
from registry.followup import conditions
from registry.followup.baseline import LABORATORY, Window, laboratory
from registry.followup.facts import LabFact, VisitFact
from registry.instruments.units import printed
from registry.laboratory.analytes import find
from registry.partial_date import PartialDate
from registry.queries.history_page import HistoryRows, PastRow, ScoreRow
from registry.queries.patient_page import MedicationRow
from registry.queries.scope import PatientInReach
from registry.templating import addresses, show_code, show_date, show_number
from registry.views.medicine_words import NOT_COUNTED_YET, dose_words, note_words

ANSWERS = {conditions.ABSENT: "No, asked and absent", conditions.UNKNOWN: "Nobody can say"}
GROUPS = (
    ("Organ involvement", conditions.ORGANS),
    (
        "Asked about the time before",
        (*conditions.EARLIER_CELLS, *conditions.EARLIER_MEDICINES, *conditions.ELSEWHERE),
    ),
    ("Vaccines", conditions.VACCINES),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table: its head, its cells and where it can be changed."""

    head: str
    cells: tuple[str, ...]
    links: tuple[tuple[str, str], ...] = ()  # words, address
    href: str = ""


def condition_groups(patient: PatientInReach, rows: HistoryRows) -> list[tuple[str, list[Line]]]:
    """Return the conditions by what they are about; the rest is one group."""
    named = {code for _, members in GROUPS for code in members}
    found = [(conditions.read(row.words), row) for row in rows.of("condition")]
    groups = [
        (
            title,
            [_condition(patient, said, row) for said, row in found if said.condition in members],
        )
        for title, members in GROUPS
    ]
    rest = [_condition(patient, said, row) for said, row in found if said.condition not in named]
    groups.insert(2, ("Other diseases, infections, thromboses, cancers", rest))
    return [(title, lines) for title, lines in groups if lines]


def _condition(patient: PatientInReach, said: conditions.Said, row: PastRow) -> Line:
    title = codes.CONDITION.get(said.condition, said.condition)
    if said.answer == conditions.PRESENT:
        state = {True: "Active", False: "Not active", None: "Yes"}[row.active]
    else:
        state = ANSWERS[said.answer]
    cells = (state, *_dates(row), row.detail or "–")
    return Line(title, cells, _links(patient, row))


def _dates(row: PastRow) -> tuple[str, str]:
    return _day(row.on), _day(row.until)


def _day(on: PartialDate | None) -> str:
    return show_date(on) if on else "–"


def biopsy_lines(patient: PatientInReach, rows: HistoryRows) -> list[Line]:
    """Return the biopsies, oldest first."""
    return [
        Line(
            show_date(row.on),
            (
                row.words,
                row.detail or "not recorded",
                _of(row.first, 24),
                _of(row.second, 12),
            ),
            _links(patient, row),
        )
        for row in rows.of("biopsy")
    ]


def _of(value: object, highest: int) -> str:
    return f"{show_number(value)} of {highest}" if value is not None else "not recorded"


def pregnancy_lines(patient: PatientInReach, rows: HistoryRows) -> list[Line]:
    """Return the pregnancies, oldest first."""
    return [
        Line(
            show_date(row.on),
            (
                _day(row.until),
                codes.PREGNANCY_OUTCOME.get(row.words, row.words) or "not recorded",
            ),
            _links(patient, row),
        )
        for row in rows.of("pregnancy")
    ]


def _links(patient: PatientInReach, row: PastRow) -> tuple[tuple[str, str], ...]:
    """Return the links of a row of one's own site; another site's rows have none."""
    if patient.writable is None or patient.writable.site_id != row.site_id:
        return ()
    return (
        ("Change", addresses(f"history_records.edit_{row.kind}", row.kind)(row.id)),
        ("Void", addresses("records.void", "key", kind=row.kind)(row.id)),
    )


# --- medicines ------------------------------------------------------------------------------


def medicine_groups(
    patient: PatientInReach, rows: HistoryRows, window: Window, today: date
) -> list[tuple[str, list[Line]]]:
    """Return the medicines ended before the treatment, taken at it, begun since, unsigned."""
    groups: dict[str, list[Line]] = {
        "Earlier treatment": [],
        "Taken when the treatment began" if window.closed else "Taken now": [],
        "Begun since": [],
        NOT_COUNTED_YET[0].upper() + NOT_COUNTED_YET[1:]: [],
    }
    earlier, current, since, unsigned = groups.values()
    weights = rows.of("weight")
    for row in rows.medications:
        if not row.counts:
            place = unsigned
        elif window.closed and row.started_on.earliest > window.treated_until:
            place = since
        elif row.ended_on is not None and row.ended_on.latest <= window.treated_until:
            place = earlier
        else:
            place = current
        place.append(_medicine(patient, row, note_words(row, weights, today)))
    return [(title, lines) for title, lines in groups.items() if lines]


def _medicine(patient: PatientInReach, row: MedicationRow, note: str) -> Line:
    reasons = [row.reason or "", f"stopped: {row.stop_reason}" if row.stop_reason else ""]
    cells = (
        dose_words(row) + (f", {show_code(row.route).lower()}" if row.route else ""),
        show_date(row.started_on),
        show_date(row.ended_on) if row.ended_on else _lasting(row),
        note or "–",
        "; ".join(part for part in reasons if part) or "–",
    )
    return Line(row.drug, cells, tuple(_medicine_links(patient, row)))


def _lasting(row: MedicationRow) -> str:
    return "ongoing" if row.counts else "–"


def _medicine_links(patient: PatientInReach, row: MedicationRow) -> Iterator[tuple[str, str]]:
    if row.open_visit is not None:
        yield "Visit", addresses("visits.show", "visit")(row.open_visit)
        return
    if patient.writable is None or patient.writable.site_id != row.site_id:
        return
    if row.ended_on is None:
        yield "End", addresses("medications.end", "medication")(row.id)
    yield "Change", addresses("medications.edit", "medication")(row.id)
    yield "Void", addresses("records.void", "key", kind="medication")(row.id)


# --- what was measured ----------------------------------------------------------------------


def score_lines(rows: HistoryRows) -> list[Line]:
    """Return the visits before the treatment with a score, oldest first."""
    show = addresses("visits.show", "visit")
    return [
        Line(
            show_date(row.visited_on),
            (
                _score(row.fact, "sledai_2k"),
                _score(row.fact, "pga"),
                show_code(row.contact_mode) if row.contact_mode else "–",
                show_code(row.assessor) if row.assessor else "–",
                _state(row),
            ),
            href=show(row.code),
        )
        for row in rows.scores
        if row.fact.assessments
    ]


def _state(row: ScoreRow) -> str:
    return {"unsigned": "Not signed", "amended": "Amended and signed"}.get(row.state, "Signed")


def _score(visit: VisitFact, instrument: str) -> str:
    found = [one for one in visit.assessments if one.instrument == instrument]
    if not found:
        return "–"
    one = found[0]
    if one.total is None:
        return f"incomplete, {show_number(one.known_points)} to {show_number(one.max_possible)}"
    return show_number(one.total) + (" (total only)" if one.total_only else "")


def laboratory_lines(rows: HistoryRows, window: Window) -> list[Line]:
    """Return the baseline results, one line for each analyte that has one."""
    found = laboratory(rows.facts, window)
    return [
        Line(
            title,
            (
                _result(found[code]),
                show_date(found[code].collected_on),
                recorded.title if (recorded := find(found[code].analyte)) else found[code].analyte,
            ),
        )
        for code, title in LABORATORY.items()
        if code in found
    ]


def _result(fact: LabFact) -> str:
    value = show_number(fact.value) if fact.value is not None else fact.text or ""
    parts = (f"{fact.comparator or ''}{value}", printed(fact.unit) if fact.unit else "")
    return " ".join(part for part in parts if part)
