"""Record and change what the patient brings along: conditions, biopsies, pregnancies."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from registry import rules
from registry.models import Biopsy, Condition, Pregnancy
from registry.operations.placing import check_life, placed, replace
from registry.operations.refusing import refuse
from registry.partial_date import PartialDate
from registry.queries.scope import PatientInReach

LONGEST_PREGNANCY = 315  # days: 45 weeks, longer than any; policy
MALE = "Began: the sex at birth is recorded as male; correct one or the other"


def record_condition(
    session: Session, patient: PatientInReach, values: Mapping[str, Any]
) -> Condition:
    """Add a condition at the patient's present site."""
    _check_condition(patient, values)
    row = Condition(**placed(patient), **values)
    session.add(row)
    session.flush()
    return row


def change_condition(
    session: Session, patient: PatientInReach, row: Condition, values: Mapping[str, Any]
) -> None:
    """Replace what a condition says."""
    _check_condition(patient, values)
    replace(row, values)
    session.flush()


def record_biopsy(session: Session, patient: PatientInReach, values: Mapping[str, Any]) -> Biopsy:
    """Add a kidney biopsy."""
    check_life(patient, values, "taken_on")
    row = Biopsy(**placed(patient), **values)
    session.add(row)
    session.flush()
    return row


def change_biopsy(
    session: Session, patient: PatientInReach, row: Biopsy, values: Mapping[str, Any]
) -> None:
    """Replace what a biopsy says."""
    check_life(patient, values, "taken_on")
    replace(row, values)
    session.flush()


def record_pregnancy(
    session: Session, patient: PatientInReach, values: Mapping[str, Any]
) -> Pregnancy:
    """Add a pregnancy."""
    _check_pregnancy(patient, values)
    row = Pregnancy(**placed(patient), **values)
    session.add(row)
    session.flush()
    return row


def change_pregnancy(
    session: Session, patient: PatientInReach, row: Pregnancy, values: Mapping[str, Any]
) -> None:
    """Replace what is known of a pregnancy."""
    _check_pregnancy(patient, values)
    replace(row, values)
    session.flush()


def _check_condition(patient: PatientInReach, values: Mapping[str, Any]) -> None:
    check_life(patient, values, "onset_on", "ended_on")
    refuse(
        ended_on=rules.out_of_order(values["onset_on"], values["ended_on"], "the beginning"),
        active="Active now: it has ended; leave one of them empty"
        if values["active"] and values["ended_on"] is not None
        else None,
    )


def _check_pregnancy(patient: PatientInReach, values: Mapping[str, Any]) -> None:
    check_life(patient, values, "began_on", "ended_on")
    began, ended = values["began_on"], values["ended_on"]
    refuse(
        began_on=MALE if patient.sex == "male" else None,
        ended_on=rules.out_of_order(began, ended, "the beginning") or _too_long(began, ended),
    )


def _too_long(began: PartialDate, ended: PartialDate | None) -> str | None:
    if ended is None or (ended.earliest - began.latest).days <= LONGEST_PREGNANCY:
        return None
    return f"{ended.words} is more than 45 weeks after {began.words}"
