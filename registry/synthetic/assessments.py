"""SLEDAI-2K, PGA and the questions of an invented visit, every item written, gaps with reason."""

from collections.abc import Mapping
from datetime import date
from random import Random

from registry.instruments import lldas_questions, pga, sledai_2k
from registry.instruments.base import Instrument
from registry.synthetic.case import Case
from registry.synthetic.disease import (
    ASKED_BY_PHONE,
    BLOOD_AND_FEVER,
    CODES,
    SEROLOGY,
    pga_value,
    points,
)
from registry.synthetic.laboratory import Found, laboratory_rows
from registry.synthetic.lasting import lasting_rows
from registry.synthetic.measures import measure_rows
from registry.synthetic.organ_function import organ_function_rows
from registry.synthetic.rows import Row, Rows, chance

NO_SEROLOGY_SHARE = 0.08
NO_PGA_SHARE = 0.05
NOT_ASKED_SHARE = 0.15
NEW_SHARE = 0.2  # of visits with clinical activity, by the clinician
RARELY = 0.02
NOT_TOLERATED_SHARE = 0.05
ITEMS_IN_FILE_ORDER = tuple(sorted(CODES))
QUESTIONS_IN_FILE_ORDER = tuple(sorted(item.code for item in lldas_questions.ITEMS))
HISTORIC_TIMEPOINTS = frozenset({"baseline", "month_1"})


def assessment_rows(case: Case, visit_id: str, timepoint: str, day: date, remote: bool) -> Rows:
    """Yield what was scored that day, in the order of the file, then the results behind it."""
    found = list(_recorded(case, visit_id, timepoint, day, remote))
    scored = (row for name, row in found if name == "assessments.csv")
    for row in sorted(scored, key=lambda row: (row["instrument"], row["item"])):
        yield "assessments.csv", row
    yield from (one for one in found if one[0] != "assessments.csv")


def _recorded(case: Case, visit_id: str, timepoint: str, day: date, remote: bool) -> Rows:
    present = case.present_on(day)
    yield from _questions(case, visit_id, present)
    if not remote:
        yield from organ_function_rows(case, visit_id, timepoint, day)
        yield from lasting_rows(case, visit_id, timepoint, day)
    if not remote and not chance(case.rng, NO_PGA_SHARE):
        value = pga_value(case.rng, present)
        yield "assessments.csv", _row(visit_id, pga.INSTRUMENT, "value", value)
    if "historic_total" in case.story.incidents and timepoint in HISTORIC_TIMEPOINTS:
        yield "assessments.csv", historic_total(visit_id, points(present))
        return
    gaps = _gaps(case, timepoint, remote)
    yield from _items(visit_id, Found(present, gaps))
    if not remote:
        yield from measure_rows(case, visit_id, timepoint, day, set(present))
        yield from laboratory_rows(case, visit_id, day, Found(present, gaps))


def _questions(case: Case, visit_id: str, present: frozenset[str]) -> Rows:
    """Yield what the clinician said for the target states; none where nobody asked."""
    rng = Random(f"{case.code} {visit_id} {case.day_0} questions")  # noqa: S311 - no secrets
    if chance(rng, NOT_ASKED_SHARE):
        return
    shares = dict.fromkeys(QUESTIONS_IN_FILE_ORDER, RARELY)
    shares["new_activity"] = NEW_SHARE if present - frozenset(SEROLOGY) else RARELY
    shares["maintenance_tolerated"] = 1 - NOT_TOLERATED_SHARE
    for code, share in shares.items():
        value = "present" if chance(rng, share) else "absent"
        yield "assessments.csv", _row(visit_id, lldas_questions.INSTRUMENT, code, value)


def historic_total(visit_id: str, total: int) -> Row:
    """Return a total without its items."""
    return _sledai(visit_id, "total", str(total))


def _items(visit_id: str, found: Found) -> Rows:
    for code in ITEMS_IN_FILE_ORDER:
        if code in found.gaps:
            yield "assessments.csv", _sledai(visit_id, code, "not_assessed", found.gaps[code])
        else:
            value = "present" if code in found.present else "absent"
            yield "assessments.csv", _sledai(visit_id, code, value)


def _gaps(case: Case, timepoint: str, remote: bool) -> Mapping[str, str]:
    """Return the items nobody could score, each with its reason."""
    if remote:
        return {code: "remote_contact" for code in CODES if code not in ASKED_BY_PHONE}
    if case.story.product == "hsc" and timepoint == "day_28":
        # Counts fall after conditioning; that is not the lupus, and not its absence either.
        return dict.fromkeys(BLOOD_AND_FEVER, "not_attributed")
    if chance(case.rng, NO_SEROLOGY_SHARE):
        return dict.fromkeys(SEROLOGY, case.rng.choice(("result_pending", "not_done")))
    return {}


def _sledai(visit_id: str, item: str, value: str, reason: str = "") -> Row:
    row = _row(visit_id, sledai_2k.INSTRUMENT, item, value)
    return row | {"reason": reason} if reason else row


def _row(visit_id: str, instrument: Instrument, item: str, value: str) -> Row:
    return {
        "visit_id": visit_id,
        "instrument": instrument.code,
        "item": item,
        "value": value,
        "version": instrument.version,
    }
