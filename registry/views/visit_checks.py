"""What may be right and is worth a second look before a visit is signed: words, never a block.

Policy of the registry: the limits below are ours, not the literature's.
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from sqlalchemy.orm import Session

from registry.followup import damage
from registry.followup.damage_warnings import gone_at
from registry.followup.facts import PatientFacts, VisitFact
from registry.followup.selection import Mismatch, mismatches
from registry.followup.timepoints import title
from registry.instruments import INSTRUMENTS, _sledai
from registry.instruments.base import InvalidAnswerError
from registry.instruments.glucocorticoids import prednisone_equivalent
from registry.laboratory.reading import canonical
from registry.models import Visit
from registry.operations.overrides import contradicted, rests_on
from registry.operations.visit_rows import Dose, VisitRows
from registry.queries.adverse_events import events_of_visit
from registry.queries.patient_page import CHECKLIST
from registry.queries.scope import PatientInReach
from registry.queries.visit_items import proposals_within
from registry.templating import show_date, show_number
from registry.views.other_rules import other_rules

SEVERE_PGA = 2  # worth a second look where no item is present
HIGH_STEROID_MG = 60  # prednisone-equivalent a day, above which a typing error is likelier


def second_looks(
    session: Session, patient: PatientInReach, visit: Visit, rows: VisitRows, facts: PatientFacts
) -> list[str]:
    """Return the sentences; ``facts`` are treatment, and the visits until the day of this one."""
    return [
        *_answers(visit, rows),
        *other_rules(visit, rows),
        *_damage(visit, rows, facts),
        *_dose(rows.steroid),
        *_results(session, patient, visit, rows, facts),
        *_timepoint(visit, facts),
        *_same_day(visit, facts),
        *_drafts(session, visit),
    ]


def _answers(visit: Visit, rows: VisitRows) -> Iterator[str]:
    if (visit.attendance or "done") != "done":
        return
    assessed, steroid = rows.assessments, rows.steroid
    pga, sledai = assessed.get("pga"), assessed.get(CHECKLIST)
    if not assessed and steroid is None:
        yield "Nothing was recorded at this visit: no answers, no PGA, no steroid dose."
        return
    if pga is None:
        yield "No global assessment (PGA) was entered."
    if steroid is None:
        yield "No steroid dose was entered with this visit."
    if len(_sledai.VERSIONS & set(assessed)) > 1:
        yield "Two versions of the SLEDAI are recorded at this visit: their totals do not compare."
    if pga and sledai and sledai.total == 0 and (pga.total or 0) >= SEVERE_PGA:
        yield f"PGA is {SEVERE_PGA} or more, but the SLEDAI-2K is 0."


def _damage(visit: Visit, rows: VisitRows, facts: PatientFacts) -> Iterator[str]:
    """Say where a count of damage is lower than the one before, which cannot be."""
    stored, on = rows.assessments.get(damage.CODE), visit.visited_on
    if stored is None or not stored.answers or on is None or on.exact is None:
        return
    others = replace(facts, visits=tuple(v for v in facts.visits if v.visit_id != visit.code))
    before = damage.index_on(others, on.exact)
    if before is None:
        return
    gone = gone_at(before.items, INSTRUMENTS[damage.CODE].from_row(stored.answers))
    if gone or (stored.max_possible or 0) < before.low:
        labels = "; ".join(standing.item.label for standing in gone)
        yield (
            f"The damage index was {before.low} on {show_date(before.count.day)}, and this count "
            f"is lower{f' or leaves out {labels}' if gone else ''}. Damage never falls: the higher "
            "stays unless the earlier entry is amended or its visit voided."
        )


def _results(
    session: Session, patient: PatientInReach, visit: Visit, rows: VisitRows, facts: PatientFacts
) -> Iterator[str]:
    """Say where an answer and the results differ without a reason, and which result is a slip."""
    stored, on = rows.checklist, visit.visited_on
    for row in rows.results:
        slip = canonical(row.analyte, row.value, row.unit, row.comparator).unlikely
        if slip:
            yield f"{slip}."
    if stored is None or not stored.answers or on is None or on.exact is None:
        return
    proposals = proposals_within(session, patient, on.exact, facts.courses)
    checklist, reasons = INSTRUMENTS[CHECKLIST], stored.reasons or {}
    answers = checklist.from_row(stored.answers)
    for proposal in contradicted(answers, proposals):
        if proposal.item not in reasons:
            item = checklist.item(proposal.item)
            yield (
                f"{item.label} is marked {item.text(answers[item.code])}; the results say "
                f"{proposal.words}: {rests_on(proposal)}."
            )


def _dose(steroid: Dose | None) -> Iterator[str]:
    if steroid is None or steroid.daily_dose is None:
        return
    try:
        equal = prednisone_equivalent(steroid.drug, steroid.daily_dose)
    except InvalidAnswerError:  # a brand name: its dose counts as unknown everywhere
        return
    if equal > HIGH_STEROID_MG:
        yield (
            f"The steroid dose equals {show_number(equal.quantize(Decimal('0.1')))} mg prednisone "
            f"a day, more than {HIGH_STEROID_MG} mg."
        )


def _timepoint(visit: Visit, facts: PatientFacts) -> Iterator[str]:
    on = visit.visited_on.exact if visit.visited_on else None
    as_if_signed = VisitFact(
        visit_id=visit.code,
        visited_on=on,
        timepoint=visit.timepoint,
        attendance=visit.attendance or "done",
        final=True,
        contact_mode=visit.contact_mode,
        assessor=visit.assessor,
        assessments=(),
    )
    alone = replace(facts, visits=(as_if_signed,))
    found = [mismatches(alone, course) for course in facts.courses]
    # A visit of a second course is late for the first: only what fits no course is a mismatch.
    if found and all(found):
        yield _mismatch_words(found[-1][0])


def _mismatch_words(found: Mismatch) -> str:
    by_date = f"it is {title(found.derived)}" if found.derived else "it belongs to no timepoint"
    return f"The timepoint says {title(found.given)}; by the date {by_date}."


def _drafts(session: Session, visit: Visit) -> Iterator[str]:
    found = [e.verbatim_term for e in events_of_visit(session, visit.id) if e.state == "draft"]
    if found:
        yield f"Drafts of adverse events wait to be finished and reported: {', '.join(found)}."


def _same_day(visit: Visit, facts: PatientFacts) -> Iterator[str]:
    on = visit.visited_on.exact if visit.visited_on else None
    same = [other.visit_id for other in facts.visits if on and other.visited_on == on]
    others = sorted(code for code in same if code != visit.code)
    if others:
        yield f"Another visit of this patient is recorded on the same day: {', '.join(others)}."
