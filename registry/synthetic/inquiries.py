"""The fixed side-effect questions at an invented visit, answered as the adverse events have it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType

from registry.instruments import side_effects
from registry.partial_date import PartialDate
from registry.synthetic.case import Case
from registry.synthetic.rows import Row, Rows, chance

NOBODY_ASKED_SHARE = 0.06
INFECTIONS = "Infections and infestations"
ITEM_OF: Mapping[str, str] = MappingProxyType(
    {
        "Fever": "fever",
        "Febrile neutropenia": "fever",
        "Fatigue": "fatigue",
        "Injection site reaction": "site_reaction",
    }
)
ITEMS_IN_FILE_ORDER = tuple(sorted(item.code for item in side_effects.ITEMS))


class Inquiries:
    """What is asked after treatment, visit by visit, each time since the last one."""

    def __init__(self, case: Case, events: Sequence[Row]) -> None:
        self._rng = case.more
        self._day_0 = case.day_0
        self._until = case.day_0 - timedelta(days=1)
        self._began = [(_known_by(event), event) for event in events]

    def rows(self, visit_id: str, day: date) -> Rows:
        """Yield the answers of a visit that took place; none where nobody asked."""
        if day <= self._day_0:
            return
        told = [event for began, event in self._began if self._until < began <= day]
        self._until = day
        # A solicited event is the answer to a question, so there it was asked.
        solicited = any(event["solicited"] == "true" for event in told)
        if solicited or not chance(self._rng, NOBODY_ASKED_SHARE):
            yield from (("assessments.csv", row) for row in _answers(visit_id, told))


def _known_by(event: Row) -> date:
    return PartialDate.parse(event["started_on"]).latest


def _answers(visit_id: str, told: Sequence[Row]) -> Iterator[Row]:
    present = {_item(event) for event in told}
    for code in ITEMS_IN_FILE_ORDER:
        yield {
            "visit_id": visit_id,
            "instrument": side_effects.INSTRUMENT.code,
            "item": code,
            "value": "present" if code in present else "absent",
            "version": side_effects.INSTRUMENT.version,
        }


def _item(event: Row) -> str:
    """Return the question that an event answers; an infection counts where it was treated."""
    if event["soc"] == INFECTIONS:
        return "infection_treated"
    return ITEM_OF.get(event["term"], "other")
