"""The invented sites and the lots that their patients share."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from registry.synthetic.rows import Row, Rows


@dataclass(frozen=True, slots=True)
class Place:
    """A site; all three lie where clocks never change, so one offset is right all year."""

    code: str
    name: str
    country: str
    time_zone: str
    offset: str
    currency: str


SITES = (
    Place("EAST", "Synthetic East", "IN", "Asia/Kolkata", "+05:30", "INR"),
    Place("NORTH", "Synthetic North", "IS", "Atlantic/Reykjavik", "+00:00", "EUR"),
    Place("WEST", "Synthetic West", "MX", "America/Hermosillo", "-07:00", "MXN"),
)
TISSUES = ("umbilical_cord", "umbilical_cord", "whartons_jelly", "bone_marrow", "adipose")
PRODUCT_NAMES = {
    "umbilical_cord": "Synthetic UC-MSC",
    "whartons_jelly": "Synthetic WJ-MSC",
    "bone_marrow": "Synthetic BM-MSC",
    "adipose": "Synthetic AD-MSC",
}
YEARS_OF_LOTS = 7
SHELF_LIFE = timedelta(days=730)
USED_WITHIN = timedelta(days=540)


@dataclass(frozen=True, slots=True)
class Lot:
    code: str
    cell_type: str
    tissue_source: str
    made_on: date

    def row(self, rng: Random) -> Row:
        """Return the line of ``lots.csv``."""
        exosome = self.cell_type == "exosome"
        return {
            "lot_id": self.code,
            "cell_type": self.cell_type,
            "product_name": "Synthetic EXO" if exosome else PRODUCT_NAMES[self.tissue_source],
            "tissue_source": self.tissue_source,
            "donor_type": "allogeneic",
            "donor_id": f"SYN-D{rng.randrange(1, 9999):04d}",
            "passage": "" if exosome else f"P{rng.randint(3, 5)}",
            "viability_percent": "" if exosome else f"{rng.uniform(82, 98):.1f}",
            "manufactured_on": self.made_on.isoformat(),
            "expires_on": (self.made_on + SHELF_LIFE).isoformat(),
            "release_status": "released",
        }


class Shelf:
    """The allogeneic lots by age; about forty patients of a large cohort share one."""

    def __init__(self, rng: Random, patients: int, today: date) -> None:
        self.msc = _lots("LOT-M-", "msc", 12 + patients // 40, today, rng)
        self.exosome = _lots("LOT-E-", "exosome", 4 + patients // 1000, today, rng)

    def pick(self, rng: Random, cell_type: str, day: date) -> Lot:
        """Return a lot that was on the shelf that day."""
        lots = self.exosome if cell_type == "exosome" else self.msc
        fresh = [lot for lot in lots if day - USED_WITHIN <= lot.made_on < day]
        return rng.choice(fresh or [lot for lot in lots if lot.made_on < day][-1:])

    def rows(self, rng: Random) -> Rows:
        """Yield the lots by code."""
        for lot in (*self.exosome, *self.msc):
            yield "lots.csv", lot.row(rng)


def _lots(prefix: str, cell_type: str, count: int, today: date, rng: Random) -> tuple[Lot, ...]:
    days = YEARS_OF_LOTS * 365
    first = today - timedelta(days=days + 30)
    return tuple(
        Lot(
            code=f"{prefix}{number + 1:03d}",
            cell_type=cell_type,
            tissue_source=rng.choice(TISSUES) if cell_type == "msc" else "umbilical_cord",
            made_on=first + timedelta(days=days * number // count),
        )
        for number in range(count)
    )


def site_rows() -> Rows:
    """Yield the sites."""
    for site in SITES:
        yield (
            "sites.csv",
            {
                "site_code": site.code,
                "name": site.name,
                "country": site.country,
                "time_zone": site.time_zone,
            },
        )
