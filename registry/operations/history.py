"""The rules of what the patient brings along: conditions, biopsies, pregnancies."""

from registry import rules
from registry.operations.clinical_rows import Entry, Values
from registry.operations.placing import check_life
from registry.operations.refusing import refuse
from registry.partial_date import PartialDate

LONGEST_PREGNANCY = 315  # days: 45 weeks, longer than any; policy
MALE = "Began: the sex at birth is recorded as male; correct one or the other"


def condition(entry: Entry) -> Values:
    """Refuse a condition that ends before it begins, or has ended and is active."""
    values = entry.values
    check_life(entry.patient, values, "onset_on", "ended_on")
    refuse(
        ended_on=rules.out_of_order(values["onset_on"], values["ended_on"], "the beginning"),
        active="Active now: it has ended; leave one of them empty"
        if values["active"] and values["ended_on"] is not None
        else None,
    )
    return values


def biopsy(entry: Entry) -> Values:
    """Refuse a biopsy outside the patient's life."""
    check_life(entry.patient, entry.values, "taken_on")
    return entry.values


def pregnancy(entry: Entry) -> Values:
    """Refuse a pregnancy of a male, one that ends before it begins, and one that is too long."""
    values = entry.values
    check_life(entry.patient, values, "began_on", "ended_on")
    began, ended = values["began_on"], values["ended_on"]
    refuse(
        began_on=MALE if entry.patient.sex == "male" else None,
        ended_on=rules.out_of_order(began, ended, "the beginning") or _too_long(began, ended),
    )
    return values


def _too_long(began: PartialDate, ended: PartialDate | None) -> str | None:
    if ended is None or (ended.earliest - began.latest).days <= LONGEST_PREGNANCY:
        return None
    return f"{ended.words} is more than 45 weeks after {began.words}"
