"""A visit in words: its facts and answers as they are stored, and any version as it was signed."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from registry import codes
from registry.database.types import canonical_json
from registry.followup.timepoints import title
from registry.forms.results import PREFIX
from registry.instruments import INSTRUMENTS, UNSCORED
from registry.instruments.base import Answer, InvalidAnswerError
from registry.instruments.units import printed
from registry.laboratory.analytes import ANALYTES
from registry.models import Visit
from registry.operations.laboratory import as_entered
from registry.operations.visit_rows import Assessed, VisitRows
from registry.queries.patient_page import CHECKLIST
from registry.templating import show_code, show_date, show_number
from registry.views.answer_words import answer_words, score_words, signed_words
from registry.views.patient_timeline import NO_ITEMS

RESULTS = "Results of this visit"
SINGLE = "Single measures"
RULE = "rule_version"
LABELS = {
    "visited_on": "Visit date",
    "timepoint": "Timepoint",
    "attendance": "Attendance",
    "contact_mode": "Contact",
    "assessor": "Assessor",
    "reason": "Reason",
    "steroid.drug": "Steroid",
    "steroid.daily_dose": "Steroid, mg a day",
}


_PARTS = {"reason": ", why not assessed", "override": ", why it differs from the results"}
_OF_ALL_ANSWERS = {RULE: "rule of the score", "answers": "answers as stored"}
_SAMPLE = {"collected_on": "Sample taken", "laboratory": "Laboratory"}


def label_of(name: str) -> str:
    """Return the name of a field of the visit form, or of a part of its content, in words."""
    if name in LABELS:
        return LABELS[name]
    if name.startswith(PREFIX):
        return _label_of_result(name.removeprefix(PREFIX))
    code, _, item = name.partition(".")
    declared = INSTRUMENTS.get(code)
    if declared is None:
        return show_code(name.replace(".", " "))
    if item == "total":
        return f"{declared.title}, {NO_ITEMS}"
    if item in _OF_ALL_ANSWERS:
        return f"{declared.title}, {_OF_ALL_ANSWERS[item]}"
    labels = {one.code: one.label for one in declared.items}
    bare, _, part = item.partition(".")
    return labels.get(bare, bare) + _PARTS.get(part, "")


def typed_in_words(name: str, text: str) -> str:
    """Return what stands in a field of the visit form as a person reads it."""
    code, _, item = name.partition(".")
    items = INSTRUMENTS[code].items if code in INSTRUMENTS else ()
    titles = next((one.titles for one in items if one.code == item), {})
    return titles.get(text, text) or "empty"


def _label_of_result(name: str) -> str:
    if name in _SAMPLE:
        return _SAMPLE[name]
    code, _, part = name.partition(".")
    title = ANALYTES[code].title if code in ANALYTES else show_code(code)
    return f"{title}, {part}" if part in {"unit", "lower", "upper"} else title


def facts_in_words(visit: Visit, rows: VisitRows) -> list[tuple[str, object]]:
    """Return label and value of everything but the answers."""
    pga = rows.assessments.get("pga")
    elsewhere = visit.signed_elsewhere_by
    was_done = (visit.attendance or "done") == "done"
    return [
        ("Visit", visit.code),
        ("Timepoint", title(visit.timepoint) if visit.timepoint else "from the date"),
        ("Attendance", show_code(visit.attendance or "done")),
        *([("Reason", visit.reason)] if visit.reason or not was_done else []),
        ("Contact", show_code(visit.contact_mode)),
        ("Assessor", show_code(visit.assessor)),
        ("PGA, 0 to 3", _pga_words(pga)),
        ("Steroid at the visit", _steroid_words(rows.steroid)),
        *_historic_totals(rows),
        ("Source", codes.SOURCE[visit.source]),
        *([("Signed elsewhere by", elsewhere)] if elsewhere else []),
    ]


def _pga_words(pga: Assessed | None) -> str | None:
    """Return the value, with the mark of another scale that it was converted from."""
    if pga is None or pga.total is None:
        return None
    entered = (pga.reasons or {}).get("value", "")
    return show_number(pga.total) + (f", {entered}" if entered else "")


def further_answers(rows: VisitRows) -> list[tuple[str, list[list[str]]]]:
    """Return each instrument that has no part of the page of its own, with its answers.

    Those of a single item share one table.
    """
    further = _further(rows)
    single = [[*_single(row)] for row in further if _is_single(row)]
    answered = [
        (INSTRUMENTS[row.instrument].title, content_rows(row))
        for row in further
        if not _is_single(row)
    ]
    results = [result_row(as_entered(row)) for row in rows.results]
    return [
        *([(SINGLE, single)] if single else []),
        *answered,
        *([(RESULTS, results)] if results else []),
    ]


def further_scores(rows: VisitRows) -> list[tuple[str, str]]:
    """Return what the answers of each further instrument came to, in words."""
    return [
        (INSTRUMENTS[row.instrument].title, score_words(row))
        for row in _further(rows)
        if row.instrument not in UNSCORED and not _is_single(row)
    ]


def _further(rows: VisitRows) -> list[Assessed]:
    """Return the answers beside the checklist and the PGA, by code."""
    return [
        row
        for code, row in sorted(rows.assessments.items())
        if code in INSTRUMENTS and code not in {CHECKLIST, "pga"} and not row.total_only
    ]


def _is_single(row: Assessed) -> bool:
    return len(INSTRUMENTS[row.instrument].items) == 1


def _single(row: Assessed) -> tuple[str, str]:
    answers = [words for _, words in content_rows(row)]
    return INSTRUMENTS[row.instrument].title, answers[0] if answers else "asked in another way"


def result_row(entered: Mapping[str, str | None]) -> list[str]:
    """Return title and words of a result as a signature covers it."""
    code, said = str(entered["analyte"]), entered["value"] or show_code(entered["state"])
    value = f"{entered['comparator'] or ''}{said} {printed(entered['unit'] or '')}".rstrip()
    limits = _limits(entered["lower_limit"], entered["upper_limit"])
    parts = (value + limits, show_date(entered["collected_on"]), entered["laboratory"] or "")
    return [label_of(PREFIX + code), ", ".join(part for part in parts if part)]


def _limits(lower: str | None, upper: str | None) -> str:
    if lower is None and upper is None:
        return ""
    if lower is None or upper is None:
        return f" (limit {upper if lower is None else lower})"
    return f" (limits {lower} to {upper})"


def answers_in_words(stored: Assessed | None) -> dict[str, str]:
    """Return item → present, absent, not_assessed; empty for a historic total."""
    answers = _stored_answers(stored)
    if stored is None or not answers:
        return {}
    declared = INSTRUMENTS[stored.instrument]
    return {item.code: item.text(answers[item.code]) for item in declared.items}


def _stored_answers(stored: Assessed | None) -> Mapping[str, Answer]:
    """Return item → answer; empty for a historic total, and for what another rule asked."""
    if stored is None or stored.answers is None or stored.total_only:
        return {}
    try:
        return INSTRUMENTS[stored.instrument].from_row(stored.answers)
    except InvalidAnswerError:
        return {}


def _why(reason: str) -> str:
    return "reason not recorded" if reason == "not_recorded" else show_code(reason)


def content_rows(stored: Assessed | None) -> list[list[str]]:
    """Return item and answer in words, with the reason where it was not assessed."""
    answers = _stored_answers(stored)
    if stored is None or not answers:
        return []
    declared, reasons = INSTRUMENTS[stored.instrument], stored.reasons or {}
    counted = stored.instrument not in UNSCORED and declared.weighted
    return [
        [
            f"{item.label} ({show_number(item.weight)})" if item.yes_no and counted else item.label,
            answer_words(item, answers[item.code])
            + (f": {_why(reasons[item.code])}" if item.code in reasons else ""),
        ]
        for item in declared.items
    ]


def flat(content: Mapping[str, Any]) -> dict[str, str]:
    """Return the content of a signature as field → what it said."""
    flat = {"visited_on": str(content["visited_on"] or "–")}
    flat |= {name: str(value or "–") for name, value in content["facts"].items()}
    for name, value in (content["steroid"] or {}).items():
        flat[f"steroid.{name}"] = str(value)
    for code, assessed in content["assessments"].items():
        declared = INSTRUMENTS.get(code)
        if assessed["historic_total"] is not None:
            flat[f"{code}.total"] = show_number(Decimal(assessed["historic_total"]))
        if declared is None or not assessed["answers"]:
            continue
        flat[f"{code}.{RULE}"] = assessed["rule_version"]
        if len(assessed["answers"]) != len(declared.items):
            flat[f"{code}.answers"] = canonical_json(assessed["answers"])
            continue
        for item, answer in zip(declared.items, assessed["answers"], strict=True):
            flat[f"{code}.{item.code}"] = (
                "not assessed"
                if answer is None
                else _explained(
                    signed_words(item, answer), (assessed["reasons"] or {}).get(item.code)
                )
            )
    return flat | _results(content.get("results", []))


def _explained(answer: str, override: str | None) -> str:
    return f"{answer}: {show_code(override)}" if override else answer


def _results(entered: Sequence[Mapping[str, str | None]]) -> dict[str, str]:
    """Return each result under the name of its analyte; a second one of the same is numbered."""
    flat: dict[str, str] = {}
    for one in entered:
        name = f"{PREFIX}{one['analyte']}"
        number = sum(known.split("#")[0] == name for known in flat)
        flat[f"{name}#{number + 1}" if number else name] = result_row(one)[1]
    return flat


def _historic_totals(rows: VisitRows) -> list[tuple[str, object]]:
    return [
        (f"{_title(code)}, {NO_ITEMS}", show_number(row.total) + _origin(row))
        for code, row in sorted(rows.assessments.items())
        if row.total_only
    ]


def _origin(row: Assessed) -> str:
    """Return where a historic total was found, which stands as the reason of the total."""
    found_in = (row.reasons or {}).get("total")
    return f" (found in: {found_in})" if found_in else ""


def _title(code: str) -> str:
    return INSTRUMENTS[code].title if code in INSTRUMENTS else code


def _steroid_words(steroid: Any) -> str | None:
    if steroid is None:
        return "not recorded here"
    if not steroid.daily_dose:
        return "none taken"
    return f"{steroid.drug} {show_number(steroid.daily_dose)} mg a day"
