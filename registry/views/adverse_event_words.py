"""An adverse event in words: lists, the case page, and what one version changed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from registry import codes
from registry.adverse import rules, terms
from registry.followup import clocks, onset
from registry.followup.facts import CourseFact, InfusionFact
from registry.partial_date import PartialDate
from registry.queries.adverse_event_case import CauseRow, GradeRow, StoredEvent, VersionRow
from registry.queries.adverse_events import EventRow
from registry.templating import NOT_RECORDED, show_code, show_date, show_number

Tag = tuple[str, str]  # word, tone
LABELS: Mapping[str, str] = {
    "state": "State",
    "verbatim_term": "What happened",
    "started_on": "Began",
    "ended_on": "Ended",
    "solicited": "Answer to a fixed question",
    "term": "Coded term",
    "dictionary": "Dictionary",
    "dictionary_version": "Version of the dictionary",
    "soc": "System organ class",
    "grade": "Worst grade",
    "scale": "Scale of the grade",
    "serious": "Serious",
    "seriousness": "Criteria of seriousness",
    "expected": "Expected",
    "expected_reference": "Reference document",
    "outcome": "Outcome",
    "action": "Action with the cell treatment",
    "treatment": "Treatment of the event",
    "narrative": "Narrative",
    "site_aware_at": "Site aware",
    "registry_aware_at": "Registry aware",
    "sponsor_aware_at": "Sponsor aware",
    "passed_on_at": "Passed on",
    "infusion": "Related infusion",
    "lot": "Lot",
    "visit": "Visit that asked for it",
    "grades": "Grade history",
    "causality": "Causality",
}


def event_tags(row: EventRow) -> tuple[Tag, ...]:
    """Return what must be seen at once: serious, draft."""
    draft = (("Draft", "plain"),) if row.state == "draft" else ()
    return (*((("Serious", "late"),) if row.serious else ()), *draft)


def event_words(row: EventRow) -> str:
    """Return grade, outcome and lot in a line."""
    said = [f"grade {row.grade}" if row.grade else "grade not recorded"]
    said += [codes.OUTCOME[row.outcome].lower()] if row.outcome else []
    said += [f"“{row.verbatim_term}”"] if row.term and row.term != row.verbatim_term else []
    said += [f"lot {row.lot}"] if row.lot else []
    return " · ".join(said)


def yes_no(value: bool | None) -> str:
    """Write yes, no, or that it is not recorded."""
    return NOT_RECORDED if value is None else "Yes" if value else "No"


def criteria(stored: str | None) -> str | None:
    """Write the criteria of seriousness in words."""
    if not stored:
        return None
    return "; ".join(codes.SERIOUSNESS.get(code, code) for code in stored.split(";"))


def graded(grade: int | None, scale: str | None) -> str:
    """Write the grade with its word and scale."""
    if grade is None:
        return NOT_RECORDED
    return f"{grade} – {terms.GRADES[grade]}, {scale or 'scale not stated'}"


def expectedness(event: Any) -> str:
    """Write whether it counts as expected: without a reference document it does not."""
    if rules.counts_as_expected(event.expected, event.expected_reference):
        return f"Expected by {event.expected_reference}"
    if event.expected is False and event.expected_reference:
        return f"Unexpected by {event.expected_reference}"
    said = "called expected, but " if event.expected else ""
    return f"Unexpected: {said}no reference document is named"


def facts_in_words(stored: StoredEvent) -> list[tuple[str, object]]:
    """Return label and value of what happened, how severe and how serious."""
    event = stored.row
    return [
        ("What happened", event.verbatim_term),
        ("Coded term", event.term),
        ("Dictionary", " ".join(filter(None, (event.dictionary, event.dictionary_version)))),
        ("System organ class", event.soc),
        ("Began", show_date(event.started_on)),
        ("Ended", show_date(event.ended_on) if event.ended_on else "no end recorded"),
        ("Worst grade", graded(event.grade, event.scale)),
        ("Serious", yes_no(event.serious)),
        ("Criteria", criteria(event.seriousness) or ("none" if event.serious is False else None)),
        ("Outcome", show_code(event.outcome)),
        ("Expectedness", expectedness(event)),
        ("Related infusion", stored.infusion),
        ("Lot", stored.lot),
        ("Action with the cell treatment", event.action),
        ("Treatment of the event", event.treatment),
        ("Answer to a fixed question", yes_no(event.solicited)),
        ("Reported by site", stored.site),
        ("Source", codes.SOURCE[event.source]),
    ]


def awareness(event: Any) -> list[tuple[str, object]]:
    """Return who knew when."""
    names = ("site_aware_at", "registry_aware_at", "sponsor_aware_at", "passed_on_at")
    return [(LABELS[name], show_date(getattr(event, name))) for name in names]


def relation(
    courses: Sequence[CourseFact], began: PartialDate | None, infusion: str | None
) -> list[tuple[str, str]]:
    """Return when it began, from day 0 of its course and from the related infusion."""
    course = onset.course_of(courses, began, infusion)
    if course is None:
        return [("Before or after treatment", "Before any course: none was begun")]
    since = onset.days_since(began, clocks.day_0_on(course))
    words = [("Since day 0", _from_day_0(since, len(courses), course))]
    given = next((i for c in courses for i in c.infusions if i.infusion_id == infusion), None)
    if given is not None:
        words.append(("Since the related infusion", _from_infusion(given, course, began)))
    before = onset.is_before(began, course)
    words.append(("Before or after treatment", _BEFORE[before]))
    return words


_BEFORE = {
    True: "Certainly before the course",
    False: "On or after the start of the course",
    None: "The dates leave it open: counted as after",
}


def _from_day_0(since: onset.DayRange | None, courses: int, course: CourseFact) -> str:
    of = f", course {course.ordinal} of {courses}" if courses > 1 else ""
    return f"{since.words}{of}" if since else "not known"


def _from_infusion(given: InfusionFact, course: CourseFact, began: PartialDate | None) -> str:
    since = onset.days_since(began, given.started_at)
    hours = onset.hours_since(began, given.started_at)
    number = course.infusions.index(given) + 1 if given in course.infusions else "?"
    words = since.words if since else "not known"
    words += f" ({show_number(hours)} h)" if hours is not None else ""
    lots = f", lot {', '.join(given.lots)}" if given.lots else ""
    return f"{words} after infusion {number} of {len(course.infusions)}{lots}"


def grade_rows(grades: Iterable[GradeRow]) -> list[list[str]]:
    """Return the grade history as table rows."""
    return [
        [show_date(row.on), f"{row.grade} – {terms.GRADES[row.grade]}", yes_no(row.serious)]
        for row in grades
    ]


def causality_table(causes: Iterable[CauseRow]) -> list[list[str]]:
    """Return one row per cause, with what reporter and reviewer say of it."""
    said = {(row.cause, row.assessor): row.verdict for row in causes}
    return [
        [
            title,
            *(
                codes.CAUSALITY[said[cause, assessor]]
                if (cause, assessor) in said
                else "no verdict"
                for assessor in codes.CAUSALITY_ASSESSOR
            ),
        ]
        for cause, title in codes.CAUSE.items()
    ]


def changes(versions: Sequence[VersionRow]) -> dict[int, list[list[str]]]:
    """Return what each version after the first changed: field, before, after."""
    return {
        after.version: _different(before.content, after.content)
        for before, after in pairwise(versions)
    }


def content_rows(content: Mapping[str, Any]) -> list[list[str]]:
    """Return everything one version says, in words."""
    return [[label, _said(name, content.get(name))] for name, label in LABELS.items()]


def _different(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[list[str]]:
    return [
        [label, _said(name, old.get(name)), _said(name, new.get(name))]
        for name, label in LABELS.items()
        if old.get(name) != new.get(name)
    ]


def _said(name: str, value: Any) -> str:
    if value is None or value == []:
        return "–"
    if isinstance(value, bool):
        return yes_no(value)
    if name.endswith(("_on", "_at")):
        return show_date(value)
    return _WRITTEN.get(name, str)(value)


def _verdict(cause: str, assessor: str, verdict: str) -> str:
    judge = codes.CAUSALITY_ASSESSOR[assessor].lower()
    return f"{codes.CAUSE[cause]}, {judge}: {codes.CAUSALITY[verdict].lower()}"


_WRITTEN: Mapping[str, Callable[[Any], str]] = {
    "state": show_code,
    "outcome": show_code,
    "seriousness": lambda value: criteria(value) or "–",
    "grades": lambda rows: "; ".join(f"{show_date(on)}: grade {grade}" for on, grade, _ in rows),
    "causality": lambda rows: "; ".join(_verdict(*row) for row in rows),
}
