"""Six-minute walk test: the distance walked.

Unit: metres, 0 to 1000, whole numbers (high is good).  Window: the test itself.  Arthritis and
pain shorten the walk as lungs and heart do: it is no measure of one organ.
Source: ATS statement. Am J Respir Crit Care Med 2002;166:111-7, doi 10.1164/ajrccm.166.1.at1102.
Licence: a measurement, free to use.
"""

from decimal import Decimal

from registry.instruments._organ_function import (
    BASELINE_DAYS,
    DIFFERENCE,
    METHOD,
    SUBJECT,
    device,
)
from registry.instruments._values import YEARLY, one_value
from registry.instruments.base import Instrument, Item

VERSION = "6MWT/1"
MAXIMUM = Decimal(1000)
VALUE = Item(
    "value",
    "Six-minute walk",
    Decimal(1),
    "The whole distance walked in six minutes, rests included.",
    exclude="a test on a treadmill; a distance in feet",
    high=MAXIMUM,
    unit="m",
)
ITEMS = (VALUE, device("Course", "Length of the track, and whether oxygen or an aid was used."))

INSTRUMENT = Instrument(
    code="six_minute_walk",
    key="6MWT",
    version=VERSION,
    title="Six-minute walk distance",
    items=ITEMS,
    maximum=MAXIMUM,
    score=one_value(VALUE, *METHOD),
    source="ATS statement. Am J Respir Crit Care Med 2002;166:111-7, "
    "doi 10.1164/ajrccm.166.1.at1102",
    licence="A measurement, free to use.",
    window="the test; a baseline may be 180 days old, with the lung function (policy)",
    kind="value",
    unit="m",
    due_at=YEARLY,
    subject=SUBJECT,
    direction="high_good",
    baseline_days=BASELINE_DAYS,
    disagreements=(DIFFERENCE,),
)
