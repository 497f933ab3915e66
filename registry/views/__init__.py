"""One blueprint per resource; every route stands in the permission table below or cannot start.

The table is data: the gate, the navigation and the test that walks every route read it.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Final

from flask import Flask

from registry.permissions import Permission
from registry.views import gate, pages

PUBLIC: Final = "public"
SIGNED_IN: Final = "signed in"  # any account in force, whatever its roles

# Endpoint → who may call it. Row scope (which site's rows) is applied where rows are loaded.
ROUTES: Mapping[str, Permission | str] = {
    "static": PUBLIC,
    "auth.sign_in": PUBLIC,
    "auth.sign_out": SIGNED_IN,
    "auth.change_password": SIGNED_IN,
    "home.start": SIGNED_IN,
    "home.livez": PUBLIC,
    "home.readyz": PUBLIC,
    "patients.index": Permission.PATIENT_READ,
    "patients.show": Permission.PATIENT_READ,
    "patients.enrol": Permission.PATIENT_WRITE,
    "patients.edit": Permission.PATIENT_WRITE,
    "patients.record_status": Permission.PATIENT_WRITE,
    "patients.record_consent": Permission.PATIENT_WRITE,
    "patients.transfer": Permission.PATIENT_WRITE,
    "treatment.course": Permission.PATIENT_WRITE,
    "treatment.edit_course": Permission.PATIENT_WRITE,
    "treatment.infusion": Permission.PATIENT_WRITE,
    "treatment.edit_infusion": Permission.PATIENT_WRITE,
    "treatment.adjunct": Permission.PATIENT_WRITE,
    "treatment.edit_adjunct": Permission.PATIENT_WRITE,
    "medications.record": Permission.PATIENT_WRITE,
    "medications.edit": Permission.PATIENT_WRITE,
    "medications.end": Permission.PATIENT_WRITE,
    "history.show": Permission.PATIENT_READ,
    "history_records.condition": Permission.PATIENT_WRITE,
    "history_records.edit_condition": Permission.PATIENT_WRITE,
    "history_records.biopsy": Permission.PATIENT_WRITE,
    "history_records.edit_biopsy": Permission.PATIENT_WRITE,
    "history_records.pregnancy": Permission.PATIENT_WRITE,
    "history_records.edit_pregnancy": Permission.PATIENT_WRITE,
    "history_records.earlier_score": Permission.PATIENT_WRITE,
    "damage.show": Permission.PATIENT_READ,
    "classification.show": Permission.PATIENT_READ,
    "course_of_disease.flare": Permission.PATIENT_WRITE,
    "course_of_disease.edit_flare": Permission.PATIENT_WRITE,
    "course_of_disease.intercurrent": Permission.PATIENT_WRITE,
    "course_of_disease.edit_intercurrent": Permission.PATIENT_WRITE,
    "course_of_disease.contact": Permission.PATIENT_WRITE,
    "course_of_disease.edit_contact": Permission.PATIENT_WRITE,
    "laboratory.index": Permission.PATIENT_READ,
    "laboratory.record": Permission.PATIENT_WRITE,
    "laboratory.edit": Permission.PATIENT_WRITE,
    "laboratory.propose": Permission.PATIENT_WRITE,
    "kidney.show": Permission.PATIENT_READ,
    "laboratory_limits.index": Permission.ADMIN,
    "laboratory_limits.add": Permission.ADMIN,
    "laboratory_limits.edit": Permission.ADMIN,
    "laboratory_limits.void": Permission.ADMIN,
    "records.void": Permission.PATIENT_WRITE,
    "lots.index": Permission.PRODUCT_READ,
    "lots.show": Permission.PRODUCT_READ,
    "lots.recipients": Permission.PRODUCT_READ,
    "lots.add": Permission.PRODUCT_WRITE,
    "lots.edit": Permission.PRODUCT_WRITE,
    "lots.void": Permission.PRODUCT_WRITE,
    "lots.add_test": Permission.PRODUCT_WRITE,
    "lots.edit_test": Permission.PRODUCT_WRITE,
    "lots.void_test": Permission.PRODUCT_WRITE,
    "lots.decide": Permission.LOT_DECIDE,
    "lots.void_decision": Permission.LOT_DECIDE,
    "products.index": Permission.PRODUCT_READ,
    "products.show": Permission.PRODUCT_READ,
    "products.add": Permission.PRODUCT_WRITE,
    "products.edit": Permission.PRODUCT_WRITE,
    "visits.record": Permission.PATIENT_WRITE,
    "visits.part": Permission.PATIENT_WRITE,
    "visits.save_draft": Permission.PATIENT_WRITE,
    "visits.discard_draft": Permission.PATIENT_WRITE,
    "visits.show": Permission.PATIENT_READ,
    "visits.edit": Permission.PATIENT_WRITE,
    "visits.sign": Permission.VISIT_SIGN,
    "visits.amend": Permission.VISIT_SIGN,
    "adverse_events.index": Permission.PATIENT_READ,
    "adverse_events.start": Permission.PATIENT_WRITE,
    "adverse_events.of_patient": Permission.PATIENT_READ,
    "adverse_events.show": Permission.PATIENT_READ,
    "adverse_events.record": Permission.PATIENT_WRITE,
    "adverse_events.record_for_lot": Permission.PATIENT_WRITE,
    "adverse_events.edit": Permission.PATIENT_WRITE,
    "adverse_events.void": Permission.PATIENT_WRITE,
    "figures.patient": Permission.PATIENT_READ,
    "figures.patient_page": Permission.PATIENT_READ,
    "figures.patient_table": Permission.PATIENT_READ,
    "figures.cohort": Permission.COHORT_READ,
    "cohort.show": Permission.COHORT_READ,
    "cohort.download": Permission.EXPORT,
    "exchange.upload": Permission.IMPORT,
    "exchange.download": Permission.EXPORT,
    "admin.users": Permission.ADMIN,
    "admin.user": Permission.ADMIN,
    "admin.add_user": Permission.ADMIN,
    "admin.reset_password": Permission.ADMIN,
    "admin.disable": Permission.ADMIN,
    "admin.enable": Permission.ADMIN,
    "admin.grant": Permission.ADMIN,
    "admin.revoke": Permission.ADMIN,
    "admin.sites": Permission.ADMIN,
    "admin.add_site": Permission.ADMIN,
    "admin.edit_site": Permission.ADMIN,
    "audit.index": Permission.AUDIT_READ,
    "audit.transaction": Permission.AUDIT_READ,
    "audit.record": Permission.AUDIT_READ,
    "audit.access": Permission.AUDIT_READ,
    "definitions.show": SIGNED_IN,
}

BLUEPRINTS = (
    "auth",
    "home",
    "patients",
    "treatment",
    "medications",
    "history",
    "history_records",
    "damage",
    "classification",
    "course_of_disease",
    "laboratory",
    "kidney",
    "laboratory_limits",
    "records",
    "lots",
    "products",
    "visits",
    "adverse_events",
    "figures",
    "cohort",
    "exchange",
    "admin",
    "audit",
    "definitions",
)


def init_app(app: Flask) -> None:
    """Register the blueprints, then the gate; raise when route and table disagree."""
    for name in BLUEPRINTS:
        app.register_blueprint(import_module(f"registry.views.{name}").bp)
    pages.init_app(app)
    gate.init_app(app, ROUTES)
