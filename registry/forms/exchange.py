"""What goes with a file that comes in, and what with one that goes out."""

from registry.forms.base import RecordForm
from registry.forms.fields import ExactDateField, TypedField


class ImportForm(RecordForm):
    reason = TypedField("Reason to replace stored values")


class ExportForm(RecordForm):
    purpose = TypedField("Purpose", required=True)
    cut = ExactDateField("Facts dated until (data cut)")
