"""The invented sites."""

from dataclasses import dataclass

from registry.synthetic.rows import Rows


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
