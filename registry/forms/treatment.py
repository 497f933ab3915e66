"""Forms for courses and adjuncts, and for voiding."""

from registry import codes
from registry.forms.base import RecordForm
from registry.forms.fields import (
    ChoiceField,
    DecimalField,
    LongTextField,
    PartialDateField,
    TypedField,
    WholeNumberField,
)

MOST_PARTICLES = "999999999999999999"  # exosomes are counted by the billion


class CourseForm(RecordForm):
    """A planned treatment course."""

    indication = TypedField("Indication")
    reason = LongTextField("Reason for treatment")
    legal_basis = ChoiceField("Legal basis", codes=codes.LEGAL_BASIS)
    trial = TypedField("Trial number")
    responsible_party = TypedField(
        "Responsible party", hint="Sponsor, maker or clinic that owes the safety reports"
    )
    started_on = PartialDateField("Course started", hint="Mobilisation or conditioning, if any")
    planned_infusions = WholeNumberField("Planned infusions", low="1", high="100")
    conditioning = TypedField("Conditioning", hint="Medicines and doses, or none")
    mobilised_on = PartialDateField("Mobilised on")
    engrafted_on = PartialDateField("Engrafted on")


class AdjunctForm(RecordForm):
    """What was given beside the cells; it has its own dose and unit."""

    adjunct = TypedField("What was given", required=True, hint="Exosomes, vitamin D, G-CSF ...")
    given_on = PartialDateField("Given on", required=True)
    dose = DecimalField("Dose", high=MOST_PARTICLES)
    unit = TypedField("Unit", hint="For example µg, IU or particles")
    route = ChoiceField("Route", codes=codes.ROUTE)
    infusion = ChoiceField("With infusion", codes={})


class VoidForm(RecordForm):
    """Why a record is taken out of every result; it stays readable in the trail."""

    reason = LongTextField("Reason", required=True)
