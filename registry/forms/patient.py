"""Forms about the patient: enrolment, facts, status, consent, transfer."""

from registry import codes
from registry.forms.base import RecordForm
from registry.forms.fields import (
    ChoiceField,
    CodeNameField,
    LongTextField,
    PartialDateField,
    TypedField,
)


class FactsForm(RecordForm):
    """What is known about the person, without a name."""

    sex = ChoiceField("Sex at birth", codes=codes.SEX, required=True)
    birth_date = PartialDateField("Birth date", hint="The year alone is enough")
    ancestry = TypedField("Ancestry", hint="In the patient’s own words; may stay empty")
    first_symptom_on = PartialDateField("First lupus symptom")
    sle_diagnosed_on = PartialDateField("SLE diagnosed")
    last_known_alive_on = PartialDateField("Last known alive")
    death_on = PartialDateField("Died on")
    death_cause = TypedField("Cause of death")


class EnrolForm(RecordForm):
    """A new patient at one of the sites where this person may write."""

    site = ChoiceField("Site", codes={}, required=True)
    patient_id = CodeNameField(
        "Patient code", hint="Your study code, never a name. Leave empty: the registry issues one"
    )
    enrolled_on = PartialDateField("Enrolled on", required=True)
    sex = ChoiceField("Sex at birth", codes=codes.SEX, required=True)
    birth_date = PartialDateField("Birth date", hint="The year alone is enough")
    ancestry = TypedField("Ancestry", hint="In the patient’s own words; may stay empty")
    first_symptom_on = PartialDateField("First lupus symptom")
    sle_diagnosed_on = PartialDateField("SLE diagnosed")
    consent_version = TypedField("Consent form version")
    consent_decision = ChoiceField("Consent", codes=codes.DECISION)
    consent_decided_on = PartialDateField("Consent dated")


class StatusForm(RecordForm):
    status = ChoiceField("Status", codes=codes.STATUS, required=True)
    on = PartialDateField("Since", required=True)
    reason = LongTextField("Reason")


class ConsentForm(RecordForm):
    version = TypedField("Version of the consent form", required=True)
    decision = ChoiceField("Decision", codes=codes.DECISION, required=True)
    decided_on = PartialDateField("Decided on", required=True)
    scopes = TypedField("Scopes", hint="What was agreed to, or withdrawn from")


class TransferForm(RecordForm):
    site = ChoiceField("New site", codes={}, required=True)
    on = PartialDateField("First day at the new site", required=True)
