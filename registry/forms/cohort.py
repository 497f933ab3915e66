"""What is asked of the cohort: the day of the cut, a site, a grouping; and a file of the answer."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from registry.analysis.groups import FIELDS
from registry.analysis.provenance import Question
from registry.exports.summary_formats import RENDERERS
from registry.forms.base import RecordForm
from registry.forms.fields import ChoiceField, ExactDateField, TypedField

GROUPINGS: Mapping[str, str] = MappingProxyType(
    {name: name.replace("_", " ").capitalize() for name in FIELDS}
)
FORMATS: Mapping[str, str] = MappingProxyType({name: name.upper() for name in RENDERERS})


class CohortForm(RecordForm):
    """Kept in the address, so that a link opens the same numbers."""

    cut = ExactDateField("Data cut", required=True, hint="Facts dated on or before this day")
    site = ChoiceField("Site of the first infusion", codes={})
    by = ChoiceField("Also by group", codes=GROUPINGS)

    def question(self) -> Question:
        """Return what is asked; raises InvalidRecordError with a sentence for each field."""
        return question_of(self.checked())


class DownloadForm(CohortForm):
    """The same question, and what the file is for."""

    purpose = TypedField("Purpose", required=True, hint="Kept in the log of exports")
    format = ChoiceField("Format", required=True, codes=FORMATS)


def question_of(values: Mapping[str, Any]) -> Question:
    """Return the question out of checked values."""
    return Question(values["cut"].exact, values["site"], values["by"])
