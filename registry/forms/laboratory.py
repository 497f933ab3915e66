"""The form of one entry of a laboratory's table of limits."""

from registry.forms.base import RecordForm
from registry.forms.fields import ChoiceField, DecimalField, ExactDateField, TypedField
from registry.laboratory.analytes import ANALYTES

LARGEST = "999999999999999"
WITH_LIMITS = {code: a.title for code, a in ANALYTES.items() if a.quantity is not None}


class LimitForm(RecordForm):
    site = ChoiceField("Site", codes={}, required=True)
    laboratory = TypedField("Laboratory", required=True, hint="As people type it with a result")
    analyte = ChoiceField("Analyte", codes=WITH_LIMITS, required=True)
    assay = TypedField("Kit or method")
    from_on = ExactDateField(
        "First day these limits hold", required=True, hint="A later entry takes over from its day"
    )
    unit = TypedField("Unit", hint="As the laboratory prints it, like g/L or U/mL")
    lower_limit = DecimalField("Lower limit", high=LARGEST)
    upper_limit = DecimalField("Upper limit", high=LARGEST)
