"""Body weight at a visit.

Unit: kg, 1 to 400, one decimal (neither end is good).  Window: at the visit; a baseline is 28 days
old at most.
Source: a measurement in kg; nothing is scored.  Licence: free to use.
Elsewhere: the weight of an infusion is what the dose per kg was reckoned with, and stays with the
infusion; a weight in a file of laboratory results is kept there.  This one wins: it alone is
followed over time, and neither of the two is ever read in its place.
"""

from decimal import Decimal

from registry.instruments._organ_function import METHOD, SUBJECT
from registry.instruments._values import YEARLY, one_value
from registry.instruments.base import Instrument, Item

VERSION = "body-weight/1"
MINIMUM, MAXIMUM = Decimal(1), Decimal(400)
VALUE = Item(
    "value",
    "Body weight",
    Decimal(1),
    "Weighed at the visit, without shoes and heavy clothes.",
    exclude="as told by the patient; the weight on the order of the cells",
    low=MINIMUM,
    high=MAXIMUM,
    places=1,
    unit="kg",
)
ITEMS = (VALUE,)

INSTRUMENT = Instrument(
    code="body_weight",
    key="body-weight",
    version=VERSION,
    title="Body weight",
    items=ITEMS,
    maximum=MAXIMUM,
    score=one_value(VALUE, *METHOD),
    source="A measurement in kg; nothing is scored",
    licence="A measurement, free to use.",
    window="at the visit",
    kind="value",
    unit="kg",
    minimum=MINIMUM,
    due_at=YEARLY,
    subject=SUBJECT,
    direction="none",
    disagreements=(
        "The weight of an infusion belongs to the dose per kg, and one among laboratory results to "
        "its file: only the weight of a visit is followed over time (policy).",
    ),
)
