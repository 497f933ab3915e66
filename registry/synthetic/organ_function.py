"""Heart, lungs, walk and weight of some invented patients, before treatment and a year later."""

from collections.abc import Iterator
from datetime import date
from random import Random

from registry.instruments import body_weight, dlco_percent, fvc_percent, lvef, six_minute_walk
from registry.instruments.base import Instrument
from registry.synthetic.case import Case
from registry.synthetic.rows import Row, Rows, chance

MEASURED_SHARE = 0.4
NEW_DEVICE_SHARE = 0.15  # a year later: the change is then left out of the mean
TIMEPOINTS = ("baseline", "month_12", "month_24")
# Lowest and highest of the first value, and how far a later one may lie from it.
MEASURES: tuple[tuple[Instrument, tuple[int, int], tuple[int, int]], ...] = (
    (body_weight.INSTRUMENT, (48, 92), (-4, 4)),
    (dlco_percent.INSTRUMENT, (52, 92), (-6, 9)),
    (fvc_percent.INSTRUMENT, (60, 104), (-5, 8)),
    (lvef.INSTRUMENT, (48, 66), (-5, 6)),
    (six_minute_walk.INSTRUMENT, (320, 560), (-35, 60)),
)
DEVICES = {
    "dlco_percent": ("MasterScreen, haemoglobin corrected", "Vyntus, haemoglobin corrected"),
    "fvc_percent": ("MasterScreen", "Vyntus"),
    "lvef": ("Echo, biplane Simpson", "Cardiac MRI"),
    "six_minute_walk": ("30 m corridor, no oxygen", "20 m corridor, no oxygen"),
}
REFERENCES = {"fvc_percent": "GLI 2012", "dlco_percent": "GLI 2017"}


def organ_function_rows(case: Case, visit_id: str, timepoint: str, day: date) -> Rows:
    """Yield what was measured at a visit, in the order of the file; nothing for most patients."""
    own = Random(f"{case.code} organ function")  # noqa: S311 - no secrets
    if timepoint not in TIMEPOINTS or not chance(own, MEASURED_SHARE):
        return
    for instrument, (low, high), (worse, better) in MEASURES:
        first, another = own.randint(low, high), chance(own, NEW_DEVICE_SHARE)
        today = Random(f"{case.code} {instrument.code} {day}")  # noqa: S311 - no secrets
        later = timepoint != "baseline"
        value = first + (today.randint(worse, better) if later else 0)
        for item, said in _answers(instrument.code, value, changed=later and another):
            yield "assessments.csv", _row(visit_id, instrument, item, said)


def _answers(code: str, value: int, *, changed: bool) -> Iterator[tuple[str, str]]:
    """Yield item and answer by the name of the item."""
    if code in DEVICES:
        yield "device", DEVICES[code][changed]
    if code in REFERENCES:
        yield "reference", REFERENCES[code]
    yield "value", str(value)


def _row(visit_id: str, instrument: Instrument, item: str, value: str) -> Row:
    return {
        "visit_id": visit_id,
        "instrument": instrument.code,
        "item": item,
        "value": value,
        "version": instrument.version,
    }
