"""What the form of a visit shows, put together from rows and declarations."""

from collections.abc import Mapping
from datetime import date
from types import SimpleNamespace
from typing import Any

from flask import url_for

from registry import clock
from registry.extensions import signed_in
from registry.followup.timepoints import title
from registry.forms.dates import read_date
from registry.forms.results import PREFIX, VISIT_PANEL, unit_choices
from registry.forms.visit import TIMEPOINTS, asked
from registry.forms.visit_answers import squeezed
from registry.instruments import INSTRUMENTS
from registry.instruments.base import InvalidAnswerError
from registry.instruments.glucocorticoids import EQUAL_TO_5_MG, PREDNISONE_MG
from registry.laboratory.analytes import ANALYTES
from registry.laboratory.proposals import LIMITED
from registry.models import LaboratoryResult, Visit
from registry.operations.laboratory import shown_of
from registry.operations.visit_rows import Assessed, VisitRows
from registry.partial_date import InvalidDateError
from registry.permissions import Permission
from registry.queries.patient_page import CHECKLIST
from registry.queries.scope import PatientInReach
from registry.queries.visit_form import Beside
from registry.views.consent_notice import consent_notice
from registry.views.patient_timeline import identity
from registry.views.typed_answers import typed_answers

FACTS = ("visited_on", "timepoint", "attendance", "contact_mode", "assessor", "reason")
TIMEPOINT_TITLES = tuple((code, title(code)) for code in TIMEPOINTS)
STEROID_FACTORS = tuple((name, PREDNISONE_MG / equal) for name, equal in EQUAL_TO_5_MG.items())


# What the block of results asks: code, title, units, whether the laboratory's limits decide.
RESULTS_PANEL = tuple(
    (code, ANALYTES[code].title, unit_choices(ANALYTES[code]), code in LIMITED)
    for code in VISIT_PANEL
)


def typed_day(values: Mapping[str, str]) -> date | None:
    """Return the visit date as far as it can be read, for the last values beside the fields."""
    try:
        return read_date(values.get("visited_on", ""), clock.today()).earliest
    except (InvalidDateError, OverflowError):
        return None


def form_context(patient: PatientInReach, around: Beside, visit: Visit | None) -> dict[str, Any]:
    """Return everything around the fields of the form."""
    previous = around.previous
    return {
        "patient": named(patient),
        "identity": identity(patient, around.facts, clock.today()),
        "patient_url": url_for("patients.show", code=patient.code),
        "instrument": INSTRUMENTS[CHECKLIST],
        "more_instruments": [
            i for i in asked() if i.asked == "always" and i.code not in {CHECKLIST, "pga"}
        ],
        "timepoints": TIMEPOINT_TITLES,
        "day_0": around.day_0,
        "previous": previous.answers,
        "previous_on": previous.on,
        "previous_total": previous.total,
        "previous_pga": previous.pga,
        "previous_steroid": previous.steroid,
        "baseline": around.baseline,
        "steroid_drugs": STEROID_FACTORS,
        "results_panel": RESULTS_PANEL,
        "propose_url": _draft_address("laboratory.propose", patient, visit),
        "draft_url": _draft_address("visits.save_draft", patient, visit),
        "discard_url": _draft_address("visits.discard_draft", patient, visit),
        "draft_at": None,
        "may_sign": may_sign(patient),
        "notice": consent_notice(patient),
    }


def _draft_address(endpoint: str, patient: PatientInReach, visit: Visit | None) -> str:
    if visit is None:
        return url_for(endpoint, code=patient.code)
    return url_for(endpoint, visit=visit.code)


def stored_values(visit: Visit, rows: VisitRows) -> dict[str, str]:
    """Return a stored visit as the text a person would type."""
    values = {name: str(getattr(visit, name) or "") for name in FACTS}
    for code, row in rows.assessments.items():
        values |= _typed_answers(code, row)
    values |= _typed_results(visit, shown_of(rows.results))
    steroid = rows.steroid
    if steroid is not None:
        none = not steroid.daily_dose
        values["steroid.drug"] = "none" if none else steroid.drug
        values["steroid.daily_dose"] = "" if none else str(steroid.daily_dose)
    return values


def reasons_of(rows: VisitRows) -> dict[str, str]:
    """Return every reason that stands with the answers of a visit, by its squeezed words."""
    found = (why for row in rows.assessments.values() for why in (row.reasons or {}).values())
    return {squeezed(why): why for why in found}


def may_sign(patient: PatientInReach) -> bool:
    """Whether this person signs at the patient's present site; to write there is not enough."""
    sites = signed_in().sites(Permission.VISIT_SIGN)
    place = patient.writable
    return place is not None and (sites is None or place.site_id in sites)


def named(patient: PatientInReach) -> SimpleNamespace:
    """Return the patient as the visit templates know one."""
    return SimpleNamespace(patient_id=patient.code)


def results_shown(values: Mapping[str, str], errors: Mapping[str, str]) -> bool:
    """Whether the block of results has anything to show: a value, a limit, or an error."""
    typed = (name for name, value in values.items() if value and not name.endswith(".unit"))
    return any(name.startswith(PREFIX) for name in (*typed, *errors))


def with_default_units(values: Mapping[str, str], sent: Mapping[str, str]) -> dict[str, str]:
    """Return the values with the first of each list of units that was sent: nobody typed it."""
    firsts = {f"{PREFIX}{code}.unit": units[0] for code, _, units, _ in RESULTS_PANEL if units}
    return {name: unit for name, unit in firsts.items() if name in sent} | dict(values)


def typed_result(row: LaboratoryResult) -> dict[str, str]:
    """Return the boxes of one result as a person would type them, by part."""
    return {
        "value": f"{row.comparator or ''}{row.value or ''}",
        "unit": row.unit or "",
        "lower": "" if row.lower_limit is None else str(row.lower_limit),
        "upper": "" if row.upper_limit is None else str(row.upper_limit),
        "state": row.state or "",
    }


def _typed_results(visit: Visit, rows: list[LaboratoryResult]) -> dict[str, str]:
    values: dict[str, str] = {}
    for row in rows:
        # Empty is the day of the visit, so that a corrected visit date moves its sample along.
        same_day = visit.visited_on is not None and row.collected_on.text == visit.visited_on.text
        values[f"{PREFIX}collected_on"] = "" if same_day else row.collected_on.text
        values[f"{PREFIX}laboratory"] = row.laboratory or ""
        for part, text in typed_result(row).items():
            values[f"{PREFIX}{row.analyte}.{part}"] = text
    return values


def _typed_answers(code: str, row: Assessed) -> dict[str, str]:
    declared = INSTRUMENTS.get(code)
    if declared is None or row.answers is None or row.total_only:
        return {}
    try:
        answers = declared.from_row(row.answers)
    except InvalidAnswerError:  # asked in another way: it is to be answered anew
        return {}
    return typed_answers(declared, answers, row.reasons or {})
