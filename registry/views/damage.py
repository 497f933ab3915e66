"""The damage index of one patient: over time, what is in force, and what contradicts."""

from datetime import date

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from registry import clock
from registry.extensions import read_session
from registry.followup import clocks, damage
from registry.followup.damage import Index, Standing
from registry.followup.damage_warnings import warnings
from registry.followup.facts import PatientFacts
from registry.instruments._damage_items import DOMAINS
from registry.instruments.slicc_damage import INSTRUMENT
from registry.partial_date import PartialDate
from registry.queries.scope import PatientInReach
from registry.queries.visit_form import facts_until
from registry.templating import NOT_RECORDED, addresses, show_date
from registry.views.damage_words import bounds, change_words, count_words, since_words
from registry.views.form_page import readable
from registry.views.patient_timeline import identity

bp = Blueprint("damage", __name__)
_DOMAINS = {domain.code: domain.title for domain in DOMAINS}


@bp.get("/patients/<code>/damage")
def show(code: str) -> ResponseReturnValue:
    """Show the index as of each count, the items in force, and every contradiction."""
    patient = readable(code)
    facts = facts_until(read_session(), patient, date.max)
    return render_template(
        "damage/show.html",
        patient=patient,
        identity=identity(patient, facts, clock.today()),
        instrument=INSTRUMENT,
        facts=_facts(patient, facts),
        warnings=warnings(facts),
        counts=_count_lines(facts),
        items=_item_lines(facts),
        unsigned=_unsigned(facts),
        may_write=patient.writable is not None,
    )


def _facts(patient: PatientInReach, facts: PatientFacts) -> list[tuple[str, str]]:
    """Return what the index is, was at the baseline, and by how much it rose."""
    history, before = damage.history(facts), damage.baseline_index(facts)
    now = history[-1] if history else None
    days = f"no count in the {INSTRUMENT.baseline_days} days before"
    return [
        ("Index", _at(now) if now else "not counted yet"),
        (
            "At baseline",
            _at(before) if before else days,
        ),
        ("Change since baseline", change_words(before, now)),
        ("Began after the treatment", since_words(facts)),
        ("Not assessed", _not_assessed(now)),
        ("SLE diagnosed", show_date(patient.sle_diagnosed_on) or NOT_RECORDED),
        ("Form", f"{len(INSTRUMENT.items)} items, 0 to {INSTRUMENT.maximum:f} points"),
    ]


def _not_assessed(now: Index | None) -> str:
    labels = [standing.item.label for standing in now.not_assessed] if now else []
    return "; ".join(labels) or ("nothing" if now else "every item")


def _at(index: Index) -> str:
    return f"{bounds(index.low, index.high)} on {show_date(index.count.day)}"


def _count_lines(facts: PatientFacts) -> list[tuple[str, str, str, str, str]]:
    """Return address, day, index, the count alone and what is new, newest first."""
    show_visit = addresses("visits.show", "visit")
    lines: list[tuple[str, str, str, str, str]] = []
    before: Index | None = None
    for index in damage.history(facts):
        new = damage.new_items(facts, before, index) if before else ()
        lines.append(
            (
                show_visit(index.count.visit_id),
                show_date(index.count.day),
                bounds(index.low, index.high),
                count_words(index),
                ", ".join(one.item.label for one in new) or ("–" if before else "first count"),
            )
        )
        before = index
    return lines[::-1]


def _item_lines(facts: PatientFacts) -> list[tuple[str, list[tuple[str, str, str, str, str]]]]:
    """Return the items found by domain: label, points, dates, first count, when it began."""
    history = damage.history(facts)
    course = clocks.main_course(facts)
    start = clocks.course_start(course) if course else None
    groups: dict[str, list[tuple[str, str, str, str, str]]] = {}
    for standing in history[-1].found if history else ():
        title = _DOMAINS[standing.item.domain]
        groups.setdefault(title, []).append(_item_line(standing, start))
    return list(groups.items())


def _item_line(standing: Standing, start: PartialDate | None) -> tuple[str, str, str, str, str]:
    dates = ", ".join(show_date(day) for day in standing.dates)
    first = show_date(standing.since.day) if standing.since else "not in force yet"
    after = damage.is_after(standing.dates, start)
    mark = {True: "After the treatment began", False: "Before the treatment", None: "Not known"}
    if start is None:
        mark = dict.fromkeys(mark, "No treatment yet")
    points = bounds(standing.points.known, standing.points.possible)
    return standing.item.label, points, dates or "no date", first, mark[after]


def _unsigned(facts: PatientFacts) -> list[tuple[str, str]]:
    """Return day and address of the visits with a count that nobody has signed."""
    show_visit = addresses("visits.show", "visit")
    return [
        (
            show_date(PartialDate.on(visit.visited_on)) if visit.visited_on else visit.visit_id,
            show_visit(visit.visit_id),
        )
        for visit in facts.visits
        if not visit.final and any(fact.instrument == damage.CODE for fact in visit.assessments)
    ]
