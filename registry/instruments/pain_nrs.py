"""Pain on a numerical rating scale.

Unit: whole numbers from 0 (no pain) to 10 (worst pain), high is bad.  Window: as asked, mostly
the last 7 days.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from registry.instruments._reading import (
    InvalidAnswerError,
    fits,
    in_range,
    read_number,
    required,
)
from registry.instruments._values import YEARLY, one_value
from registry.instruments.base import Calculator, Instrument, Item

VERSION = "NRS-pain/1"
MAXIMUM = Decimal(10)


def check(value: Decimal) -> int:
    """Return a rating that the scale has; raises InvalidAnswerError ``out_of_range``."""
    return int(fits(in_range(value, Decimal(0), MAXIMUM, "pain"), 0, "pain"))


def _is_valid(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    value = read_number(required(inputs, "value"), "value")
    try:
        check(value)
    except InvalidAnswerError as error:
        return {"valid": False, "reason": error.message}
    return {"valid": True, "reason": None}


ITEM = Item(
    "value",
    "Pain",
    Decimal(1),
    "The number the patient gives, from 0 for no pain to 10 for the worst pain.",
    exclude="marks on a line of 100 mm; halves between two numbers",
    high=MAXIMUM,
)

INSTRUMENT = Instrument(
    code="pain_nrs",
    key="PAIN-NRS",
    version=VERSION,
    title="Pain, 0 to 10",
    items=(ITEM,),
    maximum=MAXIMUM,
    score=one_value(ITEM),
    source="Farrar JT et al. Pain 2001;94:149-58, doi 10.1016/S0304-3959(01)00349-9",
    licence="Free to use.",
    window="as asked, mostly the last 7 days",
    kind="value",
    unit="0 to 10",
    due_at=YEARLY,
    subject="patient_reported",
    disagreements=(
        "A visual analogue scale of 0 to 100 mm is another measure and is refused; so are halves "
        "between two numbers.",
    ),
    uncertain=("An important change is about 2 points or 30 %.",),
)

CALCULATORS = (Calculator("NRS-pain", ("value",), ("valid", "reason"), _is_valid, INSTRUMENT.rule),)
