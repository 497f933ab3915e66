"""The page of one visit: what it says, who signed it, what amendments changed."""

import json
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from registry import clock
from registry.extensions import signed_in
from registry.forms.results import PREFIX
from registry.instruments import INSTRUMENTS
from registry.models import Visit
from registry.operations.finality import is_closed
from registry.operations.visit_page import visit_page
from registry.operations.visit_rows import VisitRows
from registry.permissions import Permission
from registry.queries.adverse_events import taken_back
from registry.queries.history import SignatureRow, signatures_of
from registry.queries.patient_page import CHECKLIST, state_of
from registry.queries.scope import PatientInReach
from registry.templating import show_code
from registry.views.adverse_event_words import event_tags
from registry.views.other_rules import other_rules
from registry.views.patient_timeline import identity
from registry.views.state_words import lines_of_visit
from registry.views.visit_change import change_table
from registry.views.visit_pages import may_sign, named
from registry.views.visit_words import (
    answers_in_words,
    facts_in_words,
    flat,
    further_answers,
    further_scores,
    label_of,
)


def show_context(session: Session, patient: PatientInReach, visit: Visit) -> dict[str, Any]:
    """Return what the page of one visit shows."""
    page = visit_page(session, patient, visit)
    rows, previous = page.rows, page.previous
    state = state_of(visit.signed_version, visit.source)
    stored = rows.checklist
    signatures = signatures_of(session, visit.id)
    return {
        "patient": named(patient),
        "identity": identity(patient, page.facts, clock.today()),
        "patient_url": url_for("patients.show", code=patient.code),
        "visit": SimpleNamespace(visited_on=visit.visited_on, state=state),
        "facts": facts_in_words(visit, rows),
        "dose_problem": page.dose_problem,
        "instrument": INSTRUMENTS[CHECKLIST],
        "answers": answers_in_words(stored),
        "reasons": (stored.reasons if stored else None) or {},
        "score": stored,
        "previous": previous.answers,
        "previous_on": previous.on,
        "further": further_answers(rows),
        "other_rules": [*other_rules(visit, rows)] if is_closed(visit) else [],
        "states": lines_of_visit(page.facts, visit.code),
        "further_scores": dict(further_scores(rows)),
        "signatures": signatures,
        "changes": _amendments(signatures),
        "versions": [(number, _content_rows(text)) for number, text, _ in _versions(signatures)],
        "events": page.around.events,
        "taken_back": taken_back(session, page.around.events),
        "change": change_table(page.facts, visit.code, page.around),
        "event_tags": event_tags,
        "links": _links(patient, visit),
        "trails": _trails(visit, rows),
    }


def _amendments(signatures: tuple[SignatureRow, ...]) -> list[dict[str, Any]]:
    """Return what each amendment changed, old beside new."""
    changes = []
    for (_, before, _), (_, content, after) in pairwise(_versions(signatures)):
        old, new = flat(json.loads(before)), flat(json.loads(content))
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


def _versions(signatures: tuple[SignatureRow, ...]) -> list[tuple[int, str, SignatureRow]]:
    """Return number, content and signature of each version; 0 is an import, before any of ours.

    With version 0 stands the signature that replaced it.
    """
    imported = [(0, row.replaced, row) for row in signatures[:1] if row.replaced]
    return [*imported, *((row.version, row.content, row) for row in signatures)]


def _content_rows(content: str) -> list[list[str]]:
    """Return everything that one version said, in words."""
    return [[label_of(name), value] for name, value in flat(json.loads(content)).items()]


def _trails(visit: Visit, rows: VisitRows) -> list[tuple[str, str]]:
    """Return title and address of each history behind this page, for auditors."""
    if not signed_in().may(Permission.AUDIT_READ):
        return []
    found = [("Visit", "visit", visit.id)]
    assessed = sorted(rows.assessments.items())
    found += [(show_code(code), "assessment", row.id) for code, row in assessed]
    found += [("Steroid dose", "medication", rows.steroid.id)] if rows.steroid else []
    results = rows.results
    found += [(label_of(PREFIX + row.analyte), "laboratory_result", row.id) for row in results]
    return [
        (named_so, url_for("audit.record", table=table, row_id=key))
        for named_so, table, key in found
    ]


def _links(patient: PatientInReach, visit: Visit) -> dict[str, str]:
    place = patient.writable
    if place is None or place.site_id != visit.site_id:
        return {}
    signs = may_sign(patient)
    report = {
        "report": url_for("adverse_events.record", code=patient.code, visit=visit.code),
        "flare": url_for("course_of_disease.flare", code=patient.code, visit=visit.code),
    }
    if is_closed(visit):
        return report | ({"amend": url_for("visits.amend", visit=visit.code)} if signs else {})
    edit = report | {"edit": url_for("visits.edit", visit=visit.code)}
    return edit | ({"sign": url_for("visits.sign", visit=visit.code)} if signs else {})
