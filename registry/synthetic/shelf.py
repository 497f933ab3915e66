"""The invented lots that patients share, their release tests, and what happened to lots alone."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from registry.synthetic.places import SITES
from registry.synthetic.rows import Row, Rows

TISSUES = ("umbilical_cord", "umbilical_cord", "whartons_jelly", "bone_marrow", "adipose")
PRODUCT_NAMES = {
    "umbilical_cord": "Synthetic UC-MSC",
    "whartons_jelly": "Synthetic WJ-MSC",
    "bone_marrow": "Synthetic BM-MSC",
    "adipose": "Synthetic AD-MSC",
}
DONATIONS = {"msc": 0, "exosome": 500_000}  # where their serial numbers begin
YEARS_OF_LOTS = 7
SHELF_LIFE = timedelta(days=730)
USED_WITHIN = timedelta(days=540)
STERILITY = "sterility"
# Before the patients of the story were treated, and after the last of them fell ill.
BAD_LOT_AGE, GROWTH_FOUND = timedelta(days=440), timedelta(days=300)


@dataclass(frozen=True, slots=True)
class Lot:
    code: str
    cell_type: str
    tissue_source: str
    made_on: date
    number: int = 0  # of the donation

    def row(self, rng: Random, status: str) -> Row:
        """Return the line of ``lots.csv``."""
        exosome = self.cell_type == "exosome"
        return {
            "lot_id": self.code,
            "cell_type": self.cell_type,
            "product_name": "Synthetic EXO" if exosome else PRODUCT_NAMES[self.tissue_source],
            "tissue_source": self.tissue_source,
            "donor_type": "allogeneic",
            "donor_id": f"SYN-D{rng.randrange(1, 9999):04d}",
            "din": f"Z9999{self.made_on:%y}{self.number:06d}",
            "passage": "" if exosome else f"P{rng.randint(3, 5)}",
            "viability_percent": "" if exosome else f"{rng.uniform(82, 98):.1f}",
            "manufactured_on": self.made_on.isoformat(),
            "expires_on": (self.made_on + SHELF_LIFE).isoformat(),
            "release_status": status,
        }


class Shelf:
    """The allogeneic lots by age; about forty patients of a large cohort share one.

    One of them is bad: only the patients of that story get it, and it is recalled later.
    """

    def __init__(self, rng: Random, patients: int, today: date) -> None:
        self.msc = _lots("LOT-M-", "msc", 12 + patients // 40, today, rng)
        self.exosome = _lots("LOT-E-", "exosome", 4 + patients // 1000, today, rng)
        self.today = today
        self.bad = [lot for lot in self.msc if lot.made_on < today - BAD_LOT_AGE][-1]

    def pick(self, rng: Random, cell_type: str, day: date) -> Lot:
        """Return a lot that was on the shelf that day."""
        lots = self.exosome if cell_type == "exosome" else self.msc
        good = [lot for lot in lots if lot is not self.bad and lot.made_on < day]
        fresh = [lot for lot in good if day - USED_WITHIN <= lot.made_on]
        return rng.choice(fresh or good[-1:])

    def rows(self, rng: Random) -> Rows:
        """Yield the lots by code, their release tests, and what happened to lots alone."""
        for lot in (*self.exosome, *self.msc):
            row = lot.row(rng, self._status(lot))
            yield "lots.csv", row
            yield from self._tests(lot, row["viability_percent"])
        yield from self._events()

    def _status(self, lot: Lot) -> str:
        if lot is self.bad:
            return "recalled"
        return "released_pending" if lot is self.msc[-1] else "released"

    def _tests(self, lot: Lot, viability: str) -> Rows:
        for test, reported in _release_tests(lot, viability):
            pending = lot is self.msc[-1] and test == STERILITY
            row = {"limit": "no growth", "state": "pending"} if pending else reported
            yield "lot_tests.csv", {"lot_id": lot.code, "test": test, **row}
            if lot is self.bad and test == STERILITY:
                yield "lot_tests.csv", self._late_growth()

    def _late_growth(self) -> Row:
        return {
            "lot_id": self.bad.code,
            "test": f"{STERILITY}, retained sample",
            "result": "growth",
            "limit": "no growth",
            "state": "failed",
            "reported_on": (self.today - GROWTH_FOUND).isoformat(),
        }

    def _events(self) -> Rows:
        """Yield two events that happened to lots, one of them with a sequel in patients."""
        newest = self.msc[-1]
        burst = newest.made_on + timedelta(days=20)
        yield (
            "adverse_events.csv",
            {
                "event_id": "SYN-LOT-01",
                "verbatim_term": "Bag burst on thawing, nobody hurt",
                "lot_id": newest.code,
                "started_on": burst.isoformat(),
                "site_code": SITES[1].code,
                "serious": "false",
                "action": "Second bag used",
                "site_aware_at": burst.isoformat(),
                "solicited": "false",
            },
        )
        found = (self.today - GROWTH_FOUND).isoformat()
        yield (
            "adverse_events.csv",
            {
                "event_id": "SYN-LOT-02",
                "verbatim_term": "Growth in the retained sample after the lot was used",
                "lot_id": self.bad.code,
                "started_on": found,
                "site_code": SITES[1].code,
                "serious": "true",
                "seriousness": "important_medical_event",
                "causality": "related",
                "action": "Lot recalled",
                "site_aware_at": found,
                "registry_aware_at": found,
                "solicited": "false",
                "narrative": "Ralstonia pickettii; the release sample had shown no growth.",
            },
        )


def _release_tests(lot: Lot, viability: str) -> list[tuple[str, Row]]:
    """Return the tests at release by name."""
    reported = (lot.made_on + timedelta(days=15)).isoformat()
    passed = {"state": "passed", "reported_on": reported}
    endotoxin = {"result": "0.1", "unit": "EU/mL", "comparator": "<", "limit": "<0.5 EU/mL"}
    tests = [
        ("endotoxin", endotoxin | passed),
        ("mycoplasma", {"result": "not detected", "limit": "not detected"} | passed),
        (STERILITY, {"result": "no growth", "limit": "no growth"} | passed),
    ]
    if viability:
        measured = {"result": viability, "unit": "%", "limit": ">=80 %"}
        tests.append(("viability", measured | passed))
    return tests


def _lots(prefix: str, cell_type: str, count: int, today: date, rng: Random) -> tuple[Lot, ...]:
    days = YEARS_OF_LOTS * 365
    first = today - timedelta(days=days + 30)
    return tuple(
        Lot(
            code=f"{prefix}{number + 1:03d}",
            cell_type=cell_type,
            tissue_source=rng.choice(TISSUES) if cell_type == "msc" else "umbilical_cord",
            made_on=first + timedelta(days=days * number // count),
            number=DONATIONS[cell_type] + number + 1,
        )
        for number in range(count)
    )
