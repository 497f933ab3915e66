"""The trajectory in words and rows: caption, one-sentence finding, data table.

Observational words only: a score "was lower" after an infusion, it was not "reduced by" it.
"""

from decimal import Decimal

from registry.plots.base import Table
from registry.plots.style import day_text, ended, how_many
from registry.plots.trajectory.facts import (
    LONGEST_JOIN_DAYS,
    LONGEST_YEARLY_JOIN_DAYS,
    YEARLY_FROM_DAY,
    EventMark,
    FlareMark,
    InfusionMark,
    Point,
    Score,
    StateLane,
    StateMark,
    StepPeriod,
    TrajectoryData,
    unknown_steroids,
)
from registry.plots.trajectory.labels import are_numbered, infusion_texts

HIGHEST_DRAWN_MG = 60  # pulses would flatten every daily dose
NEW_RISE_POINTS = 4  # a later rise worth a clause; not a flare definition
COLUMNS = (
    "record", "date", "day", "timepoint", "sledai_2k", "known_points", "max_possible",
    "complete", "total_only", "clinical_sledai", "clinical_known_points",
    "clinical_max_possible", "prednisone_mg_per_day", "last_day", "grade", "serious", "note",
)  # fmt: skip


def caption(data: TrajectoryData) -> str:
    """Say method, n, what is missing and what was left out."""
    sentences = [
        _counts(data),
        f"Lines join complete scores at most {LONGEST_JOIN_DAYS} days apart "
        f"({LONGEST_YEARLY_JOIN_DAYS} from day {YEARLY_FROM_DAY}) with no incomplete or missing "
        "score between",
        *_left_out(data),
        *_steroid_notes(data),
        *_event_notes(data),
        *_state_notes(data),
        *_numbered_infusions(data),
        f"Last data {day_text(data.last_data_on)}" if data.last_data_on else "No dated data",
        f"Data cut {day_text(data.cut_on)}",
    ]
    return ended(sentences, data.definitions, synthetic=data.synthetic)


def alt(data: TrajectoryData) -> str:
    """State the finding in one sentence."""
    clauses = [_activity_clause(data), *_steroid_clause(data), *_state_clauses(data)]
    clauses += _event_clauses(data)
    opening = "Synthetic patient" if data.synthetic else "Patient"
    return f"{opening} {data.patient_code}: {'; '.join(clauses)}."


def table(data: TrajectoryData) -> Table:
    """Return exactly what is drawn: visits, infusions, steroid periods, events, each by date."""
    rows = [_visit_row(day, point, data) for day, point in data.plotted]
    rows += [
        _infusion_row(day, mark, text)
        for (day, mark), text in zip(data.drawn_infusions, infusion_texts(data), strict=True)
    ]
    rows += [_steroid_row(p.first_day, p.last_day, p) for p in data.steroids if p.mg is not None]
    rows += [_steroid_row(first, last, None) for first, last in unknown_steroids(data)]
    rows += [_event_row(mark) for _, mark in data.drawn_events]
    rows += [_flare_row(mark) for _, mark in data.drawn_flares]
    rows += [_state_row(lane, mark) for lane in data.states for mark in lane.marks]
    return COLUMNS, rows


def _counts(data: TrajectoryData) -> str:
    points = [point for _, point in data.plotted]
    scores = [point.sledai for point in points if point.sledai]
    complete = sum(score.complete for score in scores)
    total_only = sum(point.total_only for point in points)
    parts = [f"{how_many(len(points), 'final visit')} with a score", f"{complete} complete"]
    if complete < len(scores):
        parts.append(f"{len(scores) - complete} incomplete (hollow, bar from known to possible)")
    if total_only:
        parts.append(f"{total_only} historic total only (diamond)")
    return "SLEDAI-2K: " + ", ".join(parts)


def _left_out(data: TrajectoryData) -> list[str]:
    found = []
    if data.baseline_missing:
        found.append("Baseline missing: no final score in the 28 days before the first dose")
    if data.unsigned:
        found.append(f"{how_many(data.unsigned, 'unsigned visit')} left out")
    if data.undated:
        found.append(f"{how_many(data.undated, 'score')} without an exact date not drawn")
    undated = len(data.infusions) - len(data.drawn_infusions)
    if undated:
        found.append(f"{how_many(undated, 'infusion')} without an exact date not drawn")
    if not data.day_0_known:
        found.append("Day of infusion not known: time counts from the first visit")
    return found


def _steroid_notes(data: TrajectoryData) -> list[str]:
    highest = max((p.mg for p in data.steroids if p.mg is not None), default=None)
    notes = ["Steroids in mg prednisone-equivalent a day"]
    if unknown_steroids(data):
        notes[0] += "; hatched where the dose is not known"
    if highest is not None and highest > HIGHEST_DRAWN_MG:
        notes.append(f"Doses above {HIGHEST_DRAWN_MG} mg are cut off, highest {plain(highest)} mg")
    return notes


def _event_notes(data: TrajectoryData) -> list[str]:
    """Count events and flares by what is drawn; where none is recorded, say nothing."""
    notes = []
    if data.events:
        notes.append(f"{_events_counted(data)}, at onset; larger mark = higher grade")
    ranges = sum(mark.is_range for _, mark in data.drawn_events)
    ranges += sum(mark.is_range for _, mark in data.drawn_flares)
    if ranges:
        notes.append(f"{how_many(ranges, 'onset')} known to a month or year: bar over its days")
    undated = len(data.events) - len(data.drawn_events)
    if undated:
        notes.append(f"{how_many(undated, 'adverse event')} without a date of onset not drawn")
    if data.flares:
        notes.append(f"{how_many(len(data.flares), 'recorded flare')}")
    return notes


def _state_notes(data: TrajectoryData) -> list[str]:
    if not data.states:
        return []
    titles = "; ".join(f"{lane.name} = {lane.title}" for lane in data.states)
    return [
        "Target states, filled where met, hollow where not met, ? where they could not be judged: "
        + titles
    ]


def _state_clauses(data: TrajectoryData) -> list[str]:
    return [_state_counts(lane) for lane in data.states]


def _state_counts(lane: StateLane) -> str:
    """Say how often the state was met, of how many, and how often nobody can tell."""
    found = [mark.state for mark in lane.marks]
    decided = sum(state in {"met", "not_met"} for state in found)
    text = f"{lane.name} met at {found.count('met')} of {how_many(decided, 'judged visit')}"
    open_ends = len(found) - decided
    return f"{text}, {open_ends} could not be judged" if open_ends else text


def _events_counted(data: TrajectoryData) -> str:
    serious = sum(mark.serious is True for mark in data.events)
    unsaid = sum(mark.serious is None for mark in data.events)
    ungraded = sum(mark.grade is None for mark in data.events)
    counts = [f"{serious} serious"]
    if unsaid:
        counts.append(f"{unsaid} not said whether serious")
    if ungraded:
        counts.append(f"{ungraded} without a grade")
    return f"{how_many(len(data.events), 'adverse event')} ({', '.join(counts)})"


def _event_clauses(data: TrajectoryData) -> list[str]:
    clauses = []
    if data.events:
        serious = sum(mark.serious is True for mark in data.events)
        text = f"{how_many(len(data.events), 'adverse event')}, {serious} serious"
        clauses.append(text + _highest_grade(data))
    if data.flares:
        clauses.append(how_many(len(data.flares), "recorded flare"))
    return clauses


def _highest_grade(data: TrajectoryData) -> str:
    graded = [mark for mark in data.events if mark.grade is not None]
    if not graded:
        return ""
    worst = max(graded, key=lambda mark: mark.grade or 0)
    exact = worst.first_day is not None and worst.first_day == worst.last_day
    return f", highest grade {worst.grade}" + (f" on day {worst.first_day}" if exact else "")


def _numbered_infusions(data: TrajectoryData) -> list[str]:
    if not are_numbered(data):
        return []
    named = (f"{number} {text}" for number, text in enumerate(infusion_texts(data), start=1))
    return ["Infusions: " + "; ".join(named)]


def _activity_clause(data: TrajectoryData) -> str:
    known = [(day, p.sledai.total) for day, p in data.plotted if p.sledai]
    complete = [(day, total) for day, total in known if total is not None]
    if not complete:
        return _nothing_complete(data)
    start = data.baseline
    if start is None or start.sledai is None or start.sledai.total is None:
        return _without_baseline(data, complete)
    after = [(day, total) for day, total in complete if start.day is None or day > start.day]
    opening = f"SLEDAI-2K was {plain(start.sledai.total)} at baseline"
    if not after:
        return f"{opening}, with no complete score since"
    return opening + _since(start.sledai.total, after)


def _since(baseline: Decimal, after: list[tuple[int, Decimal]]) -> str:
    last_day, last = after[-1]
    compared = "lower" if last < baseline else "higher" if last > baseline else "the same"
    low_day, low = min(after, key=lambda pair: pair[1])
    peak_day, peak = max((p for p in after if p[0] >= low_day), key=lambda pair: pair[1])
    text = f" and {compared} at the last complete visit ({plain(last)} on day {last_day})"
    if low_day != last_day and low < last:
        text += f", with its lowest value of {plain(low)} on day {low_day}"
    if peak - low >= NEW_RISE_POINTS and peak_day != last_day:
        text += f" and a later value of {plain(peak)} on day {peak_day}"
    return text


def _without_baseline(data: TrajectoryData, complete: list[tuple[int, Decimal]]) -> str:
    first, last = complete[0], complete[-1]
    opening = "baseline missing, " if data.day_0_known and data.baseline is None else ""
    text = f"{opening}SLEDAI-2K was {plain(first[1])} at the first complete visit (day {first[0]})"
    return text if first == last else f"{text} and {plain(last[1])} at the last (day {last[0]})"


def _nothing_complete(data: TrajectoryData) -> str:
    partial = [p.sledai for _, p in data.plotted if p.sledai]
    if not partial:
        return "no SLEDAI-2K has been recorded"
    lowest = min(score.known_points or Decimal(0) for score in partial)
    highest = max(score.known_points or Decimal(0) for score in partial)
    scores = how_many(len(partial), "incomplete score")
    return f"no complete SLEDAI-2K, {scores} with {plain(lowest)} to {plain(highest)} known points"


def _steroid_clause(data: TrajectoryData) -> list[str]:
    known = [period for period in data.steroids if period.mg is not None]
    if not known:
        return ["steroid dose not known"]
    at_start = next((p for p in known if p.first_day <= 0 <= p.last_day), known[0])
    when = "on day 0" if at_start.first_day <= 0 <= at_start.last_day else "first"
    last = known[-1]
    text = f"prednisone-equivalent was {plain(at_start.mg)} mg a day {when}"
    return [f"{text} and {plain(last.mg)} mg on day {last.last_day}"]


def _visit_row(day: int, point: Point, data: TrajectoryData) -> tuple[object, ...]:
    note = "baseline" if point == data.baseline else ""
    return (
        "visit", point.visited_on, day, point.timepoint or "", *_score_cells(point.sledai),
        _yes_no(point.sledai.complete if point.sledai else None), _yes_no(point.total_only),
        *_score_cells(point.clinical), "", "", "", "", note,
    )  # fmt: skip


def _infusion_row(day: int, mark: InfusionMark, text: str) -> tuple[object, ...]:
    return ("infusion", mark.given_on.text, day, *("",) * 13, text)


def _steroid_row(first: int, last: int, period: StepPeriod | None) -> tuple[object, ...]:
    dose = "" if period is None or period.mg is None else plain(period.mg)
    blank = ("",) * 9
    return ("steroid", "", first, *blank, dose, last, "", "", "" if dose else "dose not known")


def _event_row(mark: EventMark) -> tuple[object, ...]:
    on = mark.started_on.text if mark.started_on else ""
    grade = "" if mark.grade is None else mark.grade
    days = (mark.first_day, *("",) * 10, mark.last_day)
    return ("adverse_event", on, *days, grade, _yes_no(mark.serious), mark.term)


def _flare_row(mark: FlareMark) -> tuple[object, ...]:
    days = (mark.first_day, *("",) * 10, mark.last_day)
    return ("flare", mark.onset_on.text, *days, "", "", mark.severity or "")


def _state_row(lane: StateLane, mark: StateMark) -> tuple[object, ...]:
    words = f"{lane.title}: {mark.state}" + (f" ({mark.reason})" if mark.reason else "")
    return ("state", mark.visited_on, mark.day, *("",) * 13, words)


def _score_cells(score: Score | None) -> tuple[str, str, str]:
    if score is None:
        return "", "", ""
    return plain(score.total), plain(score.known_points), plain(score.max_possible)


def plain(number: Decimal | None) -> str:
    """Write a decimal without exponent or trailing zeros; empty for None."""
    if number is None:
        return ""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _yes_no(flag: bool | None) -> str:
    return "" if flag is None else str(flag).lower()
