"""A medicine row in words: dose and schedule, prednisone-equivalent, mg per kg."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from registry.followup.cumulative import Cumulative
from registry.followup.facts import MedicineFact
from registry.followup.schedules import a_day, in_words
from registry.followup.steroids import daily_mg, is_steroid, largest_mg, pulses
from registry.instruments.glucocorticoids import written
from registry.instruments.hydroxychloroquine import dose_of, is_hydroxychloroquine
from registry.models import Medication
from registry.queries.history_page import PastRow
from registry.queries.patient_facts import medicine_fact
from registry.queries.patient_page import MedicationRow
from registry.templating import show_date, show_number

NOT_COUNTED_YET = "stated at an unsigned visit, counts when it is signed"
_MG_PER_UNIT = {"mg": Decimal(1), "g": Decimal(1000)}


def dose_words(row: MedicationRow | Medication) -> str:
    """Return dose and schedule: “10 mg on alternate days”, “750 mg every 4 weeks, pulse”."""
    amount = row.daily_dose if row.daily_dose is not None else row.dose
    if amount is None:
        words = "dose not recorded"
    else:
        often = "a day" if row.daily_dose is not None else in_words(row.per_day)
        words = f"{show_number(amount)} {row.unit or ''} {often}".replace("  ", " ").strip()
    marks = [("pulse", row.pulse), ("only as needed", row.as_needed)]
    return ", ".join([words, *(mark for mark, holds in marks if holds)])


def note_words(row: MedicationRow, weights: Iterable[PastRow], today: date) -> str:
    """Return what the dose amounts to: prednisone-equivalent, or mg per kg; else nothing."""
    fact = medicine_fact(row)
    if is_steroid(fact):
        return _equivalent_words(fact)
    if is_hydroxychloroquine(row.drug) and (row.ended_on is None or row.ended_on.latest >= today):
        return _per_kg_words(fact, weights)
    return ""


def _equivalent_words(fact: MedicineFact) -> str:
    if pulses([fact]):
        mg = largest_mg(fact)
        each = f"{written(mg)} mg prednisone-equivalent on a day" if mg is not None else ""
        return f"pulse, not in the daily dose{f': {each}' if each else ''}"
    mg = daily_mg(fact)
    if mg is None or fact.as_needed:
        return "prednisone-equivalent not known"
    return f"{written(mg)} mg prednisone-equivalent a day"


def _per_kg_words(fact: MedicineFact, weights: Iterable[PastRow]) -> str:
    mg = _mg_a_day(fact)
    last = max((row for row in weights if row.on and row.first), key=_weighed, default=None)
    if mg is None or last is None or last.first is None:
        return "mg per kg not known: the weight or the daily dose is missing"
    dose = dose_of(mg, last.first)
    weight = f"{show_number(last.first)} kg, {show_date(last.on)}"
    limits = [("above 5 mg/kg", dose.over_5_mg_kg), ("above 400 mg a day", dose.over_400_mg)]
    over = "; ".join(words for words, holds in limits if holds)
    return f"{dose.rounded:f} mg/kg ({weight}){f', {over}' if over else ''}"


def _weighed(row: PastRow) -> date:
    return row.on.latest if row.on else date.min


def _mg_a_day(fact: MedicineFact) -> Decimal | None:
    factor = _MG_PER_UNIT.get((fact.unit or "").strip().casefold())
    amount = fact.daily_dose
    if amount is None and fact.dose is not None and fact.per_day is not None:
        amount = a_day(fact.dose, fact.per_day)
    return None if amount is None or factor is None else amount * factor


def grams_words(total: Cumulative, none: str) -> str:
    """Return a cumulative dose with its bounds; ``none`` where there is no row."""
    if not total.rows:
        return none
    if total.exact is not None:
        return f"{show_number(total.exact)} g"
    if total.high is None:
        low = f"at least {show_number(total.low)} g"
        return low if total.low else "given, amount not known"
    return f"{show_number(total.low)} to {show_number(total.high)} g"
