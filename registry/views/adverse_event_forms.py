"""What the form of an adverse event is filled with: choices, prefilled values, a stored case."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import request, url_for
from sqlalchemy.orm import Session

from registry import codes
from registry.adverse import terms
from registry.errors import NotAllowedError
from registry.extensions import read_session, signed_in
from registry.forms.adverse_event import (
    MOST_GRADES,
    EventChangeForm,
    EventForm,
    ProductEventChangeForm,
    ProductEventForm,
)
from registry.forms.base import typed_values
from registry.operations.adverse_events import DRAFT, visit_of
from registry.operations.event_versions import FACTS
from registry.permissions import Permission
from registry.queries.adverse_event_case import (
    GradeRow,
    StoredEvent,
    event_in_reach,
    parts_of,
)
from registry.queries.scope import PatientInReach, Reach
from registry.queries.sites import site_id_of, time_zone_of
from registry.queries.treatment import InfusionRow, infusions_of
from registry.templating import show_code, show_date
from registry.views.form_page import ELSEWHERE, MADE_ELSEWHERE, FormPage

TEMPLATE = "adverse_events/form.html"


def writable_event(session: Session, code: str) -> StoredEvent:
    """Load an event that this person may change: of the present site, or reported by theirs."""
    reach = Reach.of(signed_in())
    stored = event_in_reach(session, reach, code)
    if stored.patient is None:
        if reach.writes is not None and stored.row.site_id not in reach.writes:
            raise NotAllowedError(MADE_ELSEWHERE)
    elif stored.patient.writable is None:
        raise NotAllowedError(ELSEWHERE)
    elif stored.patient.writable.site_id != stored.row.site_id:
        raise NotAllowedError(MADE_ELSEWHERE)
    return stored


def may_change(stored: StoredEvent) -> bool:
    """Whether this person may change the case, for the links on its page."""
    place = stored.patient.writable if stored.patient else None
    if stored.patient is not None:
        return place is not None and place.site_id == stored.row.site_id
    sites = signed_in().sites(Permission.PATIENT_WRITE)
    return sites is None or stored.row.site_id in sites


def new_page(patient: PatientInReach) -> FormPage:
    """Return the form of a new event, prefilled from the infusion or the visit it came from."""
    given = infusions_of(read_session(), patient)
    form = EventForm.sent()
    _offer(form, patient, given)
    return FormPage(
        "Report an adverse event", form, f"Report event of {patient.code}",
        url_for("adverse_events.of_patient", code=patient.code), patient,
        _prefilled(patient, given), template=TEMPLATE, around=_around(given, draft=True),
        saved="Saved.",
    )  # fmt: skip


def product_page(sites: Mapping[str, str]) -> FormPage:
    """Return the form of a new event without a patient; ``sites`` are those one writes for."""
    form = ProductEventForm.sent()
    form.offer("site", sites)
    chosen = request.form.get("site", next(iter(sites), ""))
    if chosen in sites:
        form.in_zone(_zone(site_id_of(read_session(), chosen)))
    stored = {"lot": request.args.get("lot", ""), "site": chosen}
    return FormPage(
        "Report an event of a lot", form, "Report event of the lot",
        url_for("adverse_events.index"), None, stored, template=TEMPLATE,
        around=_around((), draft=True),
        intro="For an event that concerns no patient: a mix-up, a broken bag, a late result. "
        "Everybody who reads clinical records reads it, so name no patient.",
    )  # fmt: skip


def change_page(stored: StoredEvent) -> FormPage:
    """Return the form of a stored case: a draft to finish, or a new version to write."""
    draft = stored.row.state == DRAFT
    form = _change_form(stored, draft=draft)
    given: tuple[InfusionRow, ...] = ()
    if stored.patient is not None:
        given = infusions_of(read_session(), stored.patient)
        _offer(form, stored.patient, given)
    else:
        form.in_zone(_zone(stored.row.site_id))
    named = stored.patient.code if stored.patient else f"lot {stored.lot}"
    return FormPage(
        "Finish the draft of an event" if draft else "New version of an adverse event", form,
        f"Report event of {named}" if draft else f"Save new version for {named}",
        url_for("adverse_events.show", event=stored.row.code), stored.patient,
        _stored(stored, form), stored.row.row_version, template=TEMPLATE,
        around=_around(given, draft=draft),
    )  # fmt: skip


def _change_form(stored: StoredEvent, *, draft: bool) -> EventForm:
    if stored.patient is None:
        form = ProductEventForm.sent() if draft else ProductEventChangeForm.sent()
        if draft:  # the site that reported it stays
            form.offer("site", {stored.site or "": stored.site or ""})
        return form
    return EventForm.sent() if draft else EventChangeForm.sent()


def _offer(form: EventForm, patient: PatientInReach, given: Iterable[InfusionRow]) -> None:
    form.offer("infusion", {row.code: _infusion_words(row) for row in given})
    if patient.writable is not None:
        form.in_zone(_zone(patient.writable.site_id))


def _zone(site_id: int | None) -> str | None:
    return time_zone_of(read_session(), site_id) if site_id is not None else None


def _infusion_words(row: InfusionRow) -> str:
    lots = f", lot {', '.join(row.lots)}" if row.lots else ""
    return f"{show_date(row.started_at)}, {show_code(row.cell_type)}{lots}"


def _around(given: Iterable[InfusionRow], *, draft: bool) -> dict[str, Any]:
    return {
        "terms": tuple(terms.TERMS.values()),
        "lots": sorted({lot for row in given for lot in row.lots}),
        "draft": draft,
        "criteria": tuple(codes.SERIOUSNESS),
        "causes": tuple(codes.CAUSE.items()),
        "assessors": tuple(codes.CAUSALITY_ASSESSOR.items()),
        "most_grades": MOST_GRADES,
    }


def _prefilled(patient: PatientInReach, given: Iterable[InfusionRow]) -> dict[str, str]:
    infusion = next((row for row in given if row.code == request.args.get("infusion")), None)
    visit = visit_of(read_session(), patient, request.args.get("visit", ""))
    values = {"infusion": infusion.code if infusion else ""}
    if infusion is not None and len(infusion.lots) == 1:
        values["lot"] = infusion.lots[0]
    if visit is not None and visit.visited_on is not None:
        values["site_aware_at"] = visit.visited_on.text
    return values


def _stored(stored: StoredEvent, form: EventForm) -> dict[str, str]:
    grades, causes = parts_of(read_session(), stored.row.id)
    facts = {name: getattr(stored.row, name) for name in FACTS}
    named = {"infusion": stored.infusion, "lot": stored.lot, "site": stored.site}
    ticked = dict.fromkeys((stored.row.seriousness or "").split(";"), True)
    typed = typed_values(
        facts
        | named
        | {f"seriousness_{code}": ticked.get(code) for code in codes.SERIOUSNESS}
        | {f"causality_{row.cause}_{row.assessor}": row.verdict for row in causes}
        | _typed_history(grades)
    )
    return {name: text for name, text in typed.items() if name in form}


def _typed_history(grades: Iterable[GradeRow]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for n, row in enumerate(grades, start=1):
        values |= {f"graded_on_{n}": row.on, f"graded_{n}": row.grade}
        values |= {f"graded_serious_{n}": row.serious}
    return values
