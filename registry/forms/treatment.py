"""Forms for courses and infusions, and for voiding."""

from registry import codes
from registry.forms.base import RecordForm
from registry.forms.fields import (
    ChoiceField,
    CodeNameField,
    DecimalField,
    LongTextField,
    MomentField,
    PartialDateField,
    TypedField,
    WholeNumberField,
)


class CourseForm(RecordForm):
    """A planned treatment course."""

    indication = TypedField("Indication")
    reason = LongTextField("Reason for treatment")
    legal_basis = ChoiceField("Legal basis", codes=codes.LEGAL_BASIS)
    trial = TypedField("Trial number")
    started_on = PartialDateField("Course started", hint="Mobilisation or conditioning, if any")
    planned_infusions = WholeNumberField("Planned infusions", low="1", high="100")
    conditioning = TypedField("Conditioning")
    mobilised_on = PartialDateField("Mobilised on")
    engrafted_on = PartialDateField("Engrafted on")


class InfusionForm(RecordForm):
    """One administration; the lot is named by its code."""

    course = ChoiceField("Course", codes={})
    started_at = MomentField(
        "Given at",
        required=True,
        hint="A day, or with the time at your site: 27 3 2026 10:30. Partial dates are possible",
    )
    sequence = WholeNumberField("Number in the course", low="1", high="100")
    cell_type = ChoiceField("Cell type", codes=codes.CELL_TYPE, required=True)
    tissue_source = ChoiceField("Tissue source", codes=codes.TISSUE_SOURCE)
    donor_type = ChoiceField("Donor", codes=codes.DONOR_TYPE)
    lot = CodeNameField("Lot code", hint="As on the bag; a new code is added to the lots")
    dose_total_cells = DecimalField("Cells given in all", low="0", high="999999999999999")
    weight_kg = DecimalField("Weight", low="1", high="400", unit="kg")
    weighed_on = PartialDateField("Weighed on")
    dose_cells_per_kg = DecimalField("Cells per kg", low="0", high="999999999999")
    route = ChoiceField("Route", codes=codes.ROUTE)
    premedication = TypedField("Premedication")
    concomitant = TypedField("Concomitant immunosuppression")
    reaction = TypedField("Reaction", hint="What happened during and after; “none” if none")


class VoidForm(RecordForm):
    """Why a record is taken out of every result; it stays readable in the trail."""

    reason = LongTextField("Reason", required=True)
