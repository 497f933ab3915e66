"""SLICC/ACR Damage Index: irreversible change since the diagnosis of lupus, whatever its cause.

Unit: points, 0 to 47 (high is bad), never falling.  Window: from the diagnosis on, present for at
least six months unless the item says "ever".  Harm by treatment counts like harm by lupus.
"""

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from registry.instruments._calendar import ANY_DAY, DateRange, months_later, read_date
from registry.instruments._criteria import OTHERS, apart, listed, rest_is_absent
from registry.instruments._damage_items import (
    DOMAINS,
    FORMS,
    ITEMS,
    MAXIMUM,
    STANDARD_FORM,
    DamageItem,
    items_of,
)
from registry.instruments._damage_points import (
    MONTHS,
    NOTHING,
    Event,
    Finding,
    Points,
    damage,
    maximum_of,
    not_asked,
    recount,
)
from registry.instruments._reading import (
    InvalidAnswerError,
    fits,
    in_range,
    read_number,
    required,
    shown,
)
from registry.instruments.base import (
    NOT_ASSESSED,
    Answer,
    Answers,
    Calculator,
    Group,
    Instrument,
    Item,
    Occasion,
    Rule,
    Score,
)
from registry.partial_date import PartialDate

VERSION = "SDI-1996/1"
MOST_EVENTS = 100  # of one item
# In place of the day of a count that names none: whoever lists a date there has judged that the
# item lasts, as whoever lists points has.
JUDGED = DateRange(date.max, date.max)
LONGEST = Decimal(1200)  # months; beyond this it is a slip of the keyboard


def finding_of(item: DamageItem, answer: Answer) -> Finding:
    """Read a stored answer: not assessed, absent, present as judged, or the dates it began."""
    if answer is None:
        return not_asked(item)
    if answer == 0:
        return NOTHING
    # Without a date the clinician has judged that it lasts, and that it happened once.
    return Points(item.points, item.points) if answer == 1 else events_of(str(answer))


def events_of(dates: str) -> tuple[Event, ...]:
    """Return the events of an answer like ``2019-05;2021-03``."""
    days = (PartialDate.parse(part) for part in dates.split(";"))
    return tuple(Event(DateRange(day.earliest, day.latest)) for day in days)


def score_on(answers: Answers, occasion: Occasion) -> Score:
    """Add the points in force on the day of a visit; a rule that a date leaves open is a bound.

    The diagnosis is not known here: damage before it is left out by the index of the patient.
    """
    on = DateRange(occasion.on, occasion.on) if occasion.on else None
    found = damage({item.code: finding_of(item, answers.get(item.code)) for item in ITEMS}, on=on)
    return Score(
        total=Decimal(found.total) if found.complete else None,
        known_points=Decimal(found.total),
        max_possible=Decimal(found.max_possible),
        complete=found.complete,
        parts={
            "sdi_form": STANDARD_FORM,
            # Most domains have no point and no gap; they are left out, they are [0, 0].
            "domains": {
                code: [part.known, part.possible]
                for code, part in found.domains.items()
                if part.possible
            },
        },
        missing=found.missing,
    )


def score(answers: Answers) -> Score:
    """Add the points where no day is known: what has to last six months stays open."""
    return score_on(answers, Occasion())


def _calculate(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    form = _form(inputs)
    on, diagnosis = read_date(inputs, "assessed_on"), read_date(inputs, "sle_diagnosis_date")
    findings = _findings(inputs, items_of(form), on)
    found = damage(findings, on=on or JUDGED, diagnosis=diagnosis)
    recounted = found.total
    if inputs.get("previous_total") is not None:
        found = recount(found, _whole(inputs["previous_total"], MAXIMUM, "previous_total"))
    return {
        "total": found.total,
        "known_points": found.total,
        "max_possible": found.max_possible,
        "complete": found.complete,
        "missing": list(found.missing),
        "warning": found.warning,
        "recount": recounted,
        "domains": {code: part.known for code, part in found.domains.items()},
        "sdi_form": form,
        "form_maximum": maximum_of(form),
    }


def _form(inputs: Mapping[str, Any]) -> int:
    given = inputs.get("sdi_form")
    if given is None:
        return STANDARD_FORM
    form = int(_whole(given, max(FORMS), "sdi_form"))
    if form not in FORMS:
        raise InvalidAnswerError("out_of_range", f"sdi_form is 39, 40 or 41 items, not {form}")
    return form


def _findings(
    inputs: Mapping[str, Any], asked: tuple[DamageItem, ...], on: DateRange | None
) -> dict[str, Finding]:
    """Return a finding for every item of the form; those not named follow all_other_items."""
    given = _given(inputs)
    known = {item.code: item for item in asked}
    unknown = listed(inputs, NOT_ASSESSED, known)
    apart([code for code, value in given.items() if value is not None], unknown)
    absent = rest_is_absent(inputs)
    findings: dict[str, Finding] = {
        code: NOTHING if absent and code not in unknown else not_asked(item)
        for code, item in known.items()
    }
    for code, value in given.items():
        if code not in known:
            raise InvalidAnswerError("unknown_item", f"items: no item is called {shown(code)}")
        findings[code] = _finding(known[code], value, on)
    return findings


def _given(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the items of today, under either of their names."""
    names = [name for name in ("items", "items_now") if inputs.get(name) is not None]
    if len(names) > 1:
        raise InvalidAnswerError("unknown_input", "give items or items_now, not both")
    given = required(inputs, names[0] if names else "items")
    if not isinstance(given, dict):
        raise InvalidAnswerError("bad_json", "items is an object: item code to points or events")
    return given


def _finding(item: DamageItem, given: object, on: DateRange | None) -> Finding:
    """Read points, an event, or a list of events; null is not assessed."""
    if given is None:
        return not_asked(item)
    if isinstance(given, dict | list):
        entries = given if isinstance(given, list) else [given]
        if len(entries) > MOST_EVENTS:
            raise InvalidAnswerError("out_of_range", f"{item.code}: over {MOST_EVENTS} events")
        return tuple(_event(item, entry, on) for entry in entries)
    value = _whole(given, item.maximum, item.code)
    if value not in item.values:
        allowed = " or ".join(str(points) for points in item.values)
        raise InvalidAnswerError("out_of_range", f"{item.code} has {allowed} points, not {value}")
    return Points(value, value)


def _event(item: DamageItem, entry: object, on: DateRange | None) -> Event:
    if not isinstance(entry, dict):
        raise InvalidAnswerError("bad_json", f"{item.code}: an event is an object with a date")
    if unknown := sorted(set(entry) - {"date", "onset_months_ago"}):
        raise InvalidAnswerError("unknown_input", f"{item.code} has no input {shown(unknown[0])}")
    if not entry:
        raise InvalidAnswerError("missing_input", f"{item.code}: date or onset_months_ago")
    months = entry.get("onset_months_ago")
    day = read_date(entry, "date")
    if day is not None and months is not None:
        raise InvalidAnswerError(
            "unknown_input", f"{item.code}: give date or onset_months_ago, not both"
        )
    if months is None:
        return Event(day or ANY_DAY)
    ago = in_range(read_number(months, "onset_months_ago"), Decimal(0), LONGEST, "onset_months_ago")
    return Event(_months_before(on, ago), ago)


def _months_before(on: DateRange | None, months: Decimal) -> DateRange:
    if on is None:
        return ANY_DAY
    fewer, more = (int(months.to_integral_value(way)) for way in (ROUND_FLOOR, ROUND_CEILING))
    return DateRange(months_later(on, -more).earliest, months_later(on, -fewer).latest)


def _whole(value: object, highest: int, name: str) -> int:
    number = in_range(read_number(value, name), Decimal(0), Decimal(highest), name)
    return int(fits(number, 0, name))


RULE = Rule(
    title="SLICC/ACR Damage Index (SDI)",
    version=VERSION,
    subject="damage",
    source="Gladman D et al. Arthritis Rheum 1996;39:363-9, doi 10.1002/art.1780390303",
    licence="Published and in free clinical and academic use; the form is ACR/SLICC copyright.",
    settings={
        "answer": f"points, 0 to {MAXIMUM}, high is bad, never falling",
        "window": f"from the diagnosis on, for {MONTHS} calendar months unless the item says "
        "“ever”",
        "form": f"{STANDARD_FORM} items unless said; noted with every result",
        "attribution": "none: harm by treatment counts like harm by lupus",
        "ever": ", ".join(item.label.removesuffix(", ever").lower() for item in ITEMS if item.ever),
        "repeat": f"a second event counts from {MONTHS} months after the first",
        "dates": "the day of diagnosis counts; a date that leaves a rule open leaves the points "
        "open; in registry score a date without the day of the count is judged to last (policy)",
        "recount": "a lower one is an error: the higher total stays, with a warning",
    },
    disagreements=(
        "The maximum is printed as 45, 46 and 47: 39 items have neither pancreas nor tendon "
        "rupture (45), 40 add the pancreas (46), 41 the tendon (47).",
        "End-stage kidney disease replaces GFR and proteinuria: the kidney has 3 points at most, "
        "not 5.",
        "Diabetes counts whatever its treatment; some forms ask for treatment.",
    ),
    uncertain=(
        "GFR below 50 % is put to use as below 50 mL/min.",
        "That the same lesion is not counted twice.",
    ),
)


def _definition(item: DamageItem) -> str:
    """Say the rules of an item in words."""
    lasting = f"longer than {MONTHS} months" if item.strictly else f"for {MONTHS} months or longer"
    words = ["From its first day on." if item.ever else f"Present {lasting}."]
    if item.repeat:
        words.append(f"Another one {MONTHS} months or more later adds a point: give both dates.")
    if item.code == "esrd":
        words.append("It replaces the other two items of the kidney.")
    return " ".join(words)


INSTRUMENT = Instrument(
    code="slicc_damage",
    key="SDI",
    version=VERSION,
    title=RULE.title,
    items=tuple(
        Item(i.code, i.label, Decimal(i.points), _definition(i), i.domain, form="dates")
        for i in ITEMS
    ),
    maximum=Decimal(MAXIMUM),
    score=score,
    score_on=score_on,
    source=RULE.source,
    licence=RULE.licence,
    window="since the diagnosis; due to lupus or not",
    groups=tuple(Group(domain.code, domain.title) for domain in DOMAINS),
    settings=RULE.settings,
    note=RULE.note,
    baseline_days=180,
    disagreements=RULE.disagreements,
    uncertain=RULE.uncertain,
    due_at=("baseline", "month_12", "month_24", *(f"year_{year}" for year in range(3, 16))),
    subject="damage",
)
CALCULATORS = (
    Calculator(
        "SDI",
        (
            *("items", "items_now", "previous_total", "sle_diagnosis_date", "assessed_on"),
            *(NOT_ASSESSED, OTHERS, "sdi_form"),
        ),
        ("total", "warning", "known_points", "max_possible", "complete", "missing", "sdi_form"),
        _calculate,
        RULE,
    ),
)
