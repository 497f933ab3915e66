"""One laboratory result as an ordinary form."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Self

from registry import codes
from registry.errors import InvalidRecordError
from registry.forms.base import RecordForm
from registry.forms.fields import ChoiceField, DecimalField, MomentField, TypedField
from registry.forms.results import PARTS, Line, Sheet, read_line, unit_choices
from registry.laboratory.analytes import Analyte
from registry.models import LaboratoryResult
from registry.views.visit_pages import typed_result

LARGEST = "999999999999999"


class ResultForm(RecordForm):
    collected_on = MomentField("Sample taken", required=True, hint="With the time where known")
    laboratory = TypedField("Laboratory")
    value = TypedField("Value", hint="As reported: 0.85, <0.5, positive")
    unit = ChoiceField("Unit", codes={})
    lower = DecimalField("Lower limit", high=LARGEST, hint="Of this laboratory, in the unit above")
    upper = DecimalField("Upper limit", high=LARGEST)
    state = ChoiceField("Why there is no value", codes=codes.VALUE_STATE)

    @classmethod
    def for_analyte(cls, analyte: Analyte, stored_unit: str | None) -> Self:
        """Return the form of this request; a unit that a file brought can stay as it is."""
        form, names = cls.sent(), unit_choices(analyte)
        if stored_unit and stored_unit not in names:
            names = (stored_unit, *names)
        form.offer("unit", MappingProxyType({name: name for name in names}))
        return form


def stored_result(row: LaboratoryResult) -> Mapping[str, str]:
    """Return a stored result as a person would type it."""
    sample = {"collected_on": row.collected_on.text, "laboratory": row.laboratory or ""}
    return sample | typed_result(row)


def sheet_of(analyte: Analyte, values: Mapping[str, Any], stored_unit: str | None) -> Sheet:
    """Return the one line of the form as a sample; raise InvalidRecordError."""
    parts = {name: "" if values[name] is None else str(values[name]) for name in PARTS}
    line = read_line(analyte, parts, stored_unit)
    if isinstance(line, Line):
        return Sheet(values["collected_on"], values["laboratory"], (line,))
    raise InvalidRecordError(line)
