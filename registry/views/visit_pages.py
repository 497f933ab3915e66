"""What the visit templates show, put together from rows and declarations."""

import json
from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from registry import clock, codes
from registry.extensions import signed_in
from registry.followup.timepoints import title
from registry.forms.dates import read_date
from registry.forms.visit import TIMEPOINTS, asked
from registry.instruments import INSTRUMENTS
from registry.instruments.glucocorticoids import EQUAL_TO_5_MG, PREDNISONE_MG
from registry.models import Assessment, Visit
from registry.operations.signing import content_of, problems_before_signing
from registry.operations.steroids import steroid_of
from registry.operations.visits import current_assessments, is_closed
from registry.partial_date import InvalidDateError
from registry.permissions import Permission
from registry.queries.history import SignatureRow, signatures_of
from registry.queries.patient_page import CHECKLIST, state_of
from registry.queries.scope import PatientInReach
from registry.queries.visit_form import Beside, beside
from registry.templating import show_code, show_number
from registry.views.patient_timeline import NO_ITEMS, identity

FACTS = ("visited_on", "timepoint", "attendance", "contact_mode", "assessor", "reason")
FIRST_MEANINGS = {c: words for c, words in codes.SIGNATURE_MEANING.items() if c != "amendment"}
TIMEPOINT_TITLES = tuple((code, title(code)) for code in TIMEPOINTS)
STEROID_FACTORS = tuple((name, PREDNISONE_MG / equal) for name, equal in EQUAL_TO_5_MG.items())
SEVERE_PGA = 2  # policy: worth a second look where no item is present
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
        "more_instruments": [i for i in asked() if i.code not in {CHECKLIST, "pga"}],
        "timepoints": TIMEPOINT_TITLES,
        "day_0": around.day_0,
        "previous": previous.answers,
        "previous_on": previous.on,
        "previous_total": previous.total,
        "previous_pga": previous.pga,
        "previous_steroid": previous.steroid,
        "baseline": around.baseline,
        "steroid_drugs": STEROID_FACTORS,
        "draft_url": None if visit else url_for("visits.save_draft", code=patient.code),
        "draft_at": None,
        "may_sign": may_sign(patient),
    }


def stored_values(session: Session, visit: Visit) -> dict[str, str]:
    """Return a stored visit as the text a person would type."""
    values = {name: str(getattr(visit, name) or "") for name in FACTS}
    for code, row in current_assessments(session, visit).items():
        values |= _typed_answers(code, row)
    steroid = steroid_of(session, visit)
    if steroid is not None:
        none = not steroid.daily_dose
        values["steroid.drug"] = "none" if none else steroid.drug
        values["steroid.daily_dose"] = "" if none else str(steroid.daily_dose)
    return values


def label_of(name: str) -> str:
    """Return the name of a field of the visit form, or of a part of its content, in words."""
    if name in LABELS:
        return LABELS[name]
    code, _, item = name.partition(".")
    declared = INSTRUMENTS.get(code)
    if declared is None:
        return show_code(name.replace(".", " "))
    labels = {one.code: one.label for one in declared.items}
    bare = item.removesuffix(".reason")
    return labels.get(bare, bare) + (", why not assessed" if item != bare else "")


def show_context(session: Session, patient: PatientInReach, visit: Visit) -> dict[str, Any]:
    """Return what the page of one visit shows."""
    day = visit.visited_on.earliest if visit.visited_on else clock.today()
    around = beside(session, patient, day, visit.code)
    state = state_of(visit.signed_version, visit.source)
    stored = current_assessments(session, visit).get(CHECKLIST)
    signatures = signatures_of(session, visit.id)
    return {
        "patient": named(patient),
        "identity": identity(patient, around.facts, clock.today()),
        "patient_url": url_for("patients.show", code=patient.code),
        "visit": SimpleNamespace(visited_on=visit.visited_on, state=state),
        "facts": _facts(session, visit),
        "instrument": INSTRUMENTS[CHECKLIST],
        "answers": _words(stored),
        "reasons": (stored.reasons if stored else None) or {},
        "score": stored,
        "previous": around.previous.answers,
        "previous_on": around.previous.on,
        "further": _further(session, visit),
        "signatures": signatures,
        "changes": _amendments(signatures),
        "versions": [(signed.version, _content_rows(signed)) for signed in signatures],
        "links": _links(patient, visit),
    }


def sign_context(session: Session, patient: PatientInReach, visit: Visit) -> dict[str, Any]:
    """Return what is signed, word by word, with its digest."""
    around = beside(session, patient, clock.today(), visit.code)
    stored = current_assessments(session, visit).get(CHECKLIST)
    return {
        "patient": named(patient),
        "identity": identity(patient, around.facts, clock.today()),
        "visit": visit,
        "facts": _facts(session, visit),
        "content": _content(stored),
        "further": _further(session, visit),
        "checks": [*problems_before_signing(visit, stored), *_soft(session, visit)],
        "meanings": list(FIRST_MEANINGS.items()),
        "sha256": content_of(session, patient, visit).digest,
        "back_url": url_for("visits.edit", visit=visit.code),
    }


def may_sign(patient: PatientInReach) -> bool:
    """Whether this person signs at the patient's present site; to write there is not enough."""
    sites = signed_in().sites(Permission.VISIT_SIGN)
    place = patient.writable
    return place is not None and (sites is None or place.site_id in sites)


def named(patient: PatientInReach) -> SimpleNamespace:
    """Return the patient as the visit templates know one."""
    return SimpleNamespace(patient_id=patient.code)


def _facts(session: Session, visit: Visit) -> list[tuple[str, object]]:
    steroid = steroid_of(session, visit)
    pga = current_assessments(session, visit).get("pga")
    elsewhere = visit.signed_elsewhere_by
    return [
        ("Visit", visit.code),
        ("Timepoint", title(visit.timepoint) if visit.timepoint else "from the date"),
        ("Attendance", show_code(visit.attendance or "done")),
        ("Reason", visit.reason),
        ("Contact", show_code(visit.contact_mode)),
        ("Assessor", show_code(visit.assessor)),
        ("PGA, 0 to 3", show_number(pga.total) if pga and pga.total is not None else None),
        ("Steroid at the visit", _steroid_words(steroid)),
        *_historic_totals(session, visit),
        ("Came in", codes.SOURCE[visit.source]),
        *([("Signed elsewhere by", elsewhere)] if elsewhere else []),
    ]


def _historic_totals(session: Session, visit: Visit) -> list[tuple[str, object]]:
    return [
        (f"{_title(code)}, {NO_ITEMS}", show_number(row.total))
        for code, row in sorted(current_assessments(session, visit).items())
        if row.total_only
    ]


def _further(session: Session, visit: Visit) -> list[tuple[str, list[list[str]]]]:
    """Return each instrument that has no part of the page of its own, with its answers."""
    rows = current_assessments(session, visit)
    return [
        (INSTRUMENTS[code].title, _content(row))
        for code, row in sorted(rows.items())
        if code in INSTRUMENTS and code not in {CHECKLIST, "pga"} and not row.total_only
    ]


def _title(code: str) -> str:
    return INSTRUMENTS[code].title if code in INSTRUMENTS else code


def _steroid_words(steroid: Any) -> str | None:
    if steroid is None:
        return "not recorded here"
    if not steroid.daily_dose:
        return "none taken"
    return f"{steroid.drug} {show_number(steroid.daily_dose)} mg a day"


def _typed_answers(code: str, row: Assessment) -> dict[str, str]:
    declared = INSTRUMENTS.get(code)
    if declared is None or row.answers is None or row.total_only:
        return {}
    answers, reasons = declared.from_row(row.answers), row.reasons or {}
    values: dict[str, str] = {}
    for item in declared.items:
        name, answer = f"{code}.{item.code}", answers[item.code]
        if answer is not None:
            values[name] = item.text(answer)
        elif reasons.get(item.code, "not_recorded") != "not_recorded":
            values[name], values[f"{name}.reason"] = "not_assessed", reasons[item.code]
    return values


def _words(stored: Assessment | None) -> dict[str, str]:
    if stored is None or stored.answers is None or stored.total_only:
        return {}
    declared = INSTRUMENTS[stored.instrument]
    answers = declared.from_row(stored.answers)
    return {item.code: item.text(answers[item.code]) for item in declared.items}


def _content(stored: Assessment | None) -> list[list[str]]:
    """Return item and answer in words, with the reason where it was not assessed."""
    words = _words(stored)
    if stored is None or not words:
        return []
    reasons = stored.reasons or {}
    return [
        [
            f"{item.label} ({show_number(item.weight)})" if item.yes_no else item.label,
            show_code(words[item.code])
            + (f": {show_code(reasons[item.code])}" if item.code in reasons else ""),
        ]
        for item in INSTRUMENTS[stored.instrument].items
    ]


def _soft(session: Session, visit: Visit) -> list[str]:
    """Return what may be right and is worth a second look: never in the way of a signature."""
    found = []
    assessed = current_assessments(session, visit)
    pga, sledai = assessed.get("pga"), assessed.get(CHECKLIST)
    if pga is None and (visit.attendance or "done") == "done":
        found.append("No global assessment (PGA) was entered.")
    if steroid_of(session, visit) is None and (visit.attendance or "done") == "done":
        found.append("No steroid dose was entered with this visit.")
    if pga and sledai and sledai.total == 0 and (pga.total or 0) >= SEVERE_PGA:
        found.append("PGA is 2 or more, but the SLEDAI-2K is 0.")
    return found


def _amendments(signatures: tuple[SignatureRow, ...]) -> list[dict[str, Any]]:
    """Return what each amendment changed, old beside new."""
    changes = []
    for before, after in pairwise(signatures):
        old, new = _flat(json.loads(before.content)), _flat(json.loads(after.content))
        for name in sorted(old.keys() | new.keys()):
            if old.get(name) != new.get(name):
                changes.append(
                    {
                        "label": label_of(name),
                        "old": old.get(name, "–"),
                        "new": new.get(name, "–"),
                        "who": after.who,
                        "at": after.at,
                        "reason": after.reason,
                    }
                )
    return changes


def _content_rows(signed: SignatureRow) -> list[list[str]]:
    """Return everything that one signed version said, in words."""
    return [[label_of(name), value] for name, value in _flat(json.loads(signed.content)).items()]


def _flat(content: Mapping[str, Any]) -> dict[str, str]:
    flat = {"visited_on": str(content["visited_on"] or "–")}
    flat |= {name: str(value or "–") for name, value in content["facts"].items()}
    for name, value in (content["steroid"] or {}).items():
        flat[f"steroid.{name}"] = str(value)
    for code, assessed in content["assessments"].items():
        declared = INSTRUMENTS.get(code)
        if declared is None or not assessed["answers"]:
            continue
        for item, answer in zip(declared.items, assessed["answers"], strict=True):
            flat[f"{code}.{item.code}"] = (
                "not assessed" if answer is None else _answer(item, answer)
            )
    return flat


def _answer(item: Any, answer: Any) -> str:
    if not item.yes_no:
        return str(answer)
    return "present" if answer == 1 else "absent"


def _links(patient: PatientInReach, visit: Visit) -> dict[str, str]:
    place = patient.writable
    if place is None or place.site_id != visit.site_id:
        return {}
    signs = may_sign(patient)
    if is_closed(visit):
        return {"amend": url_for("visits.amend", visit=visit.code)} if signs else {}
    edit = {"edit": url_for("visits.edit", visit=visit.code)}
    return edit | ({"sign": url_for("visits.sign", visit=visit.code)} if signs else {})
