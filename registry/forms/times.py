"""Read a time of day at the site: its clock and its time zone give the offset that is stored.

The hour that a change of the clocks skips does not exist and is refused; of the hour that comes
twice the earlier one is taken.
"""

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from registry.forms.dates import read_date
from registry.partial_date import InvalidDateError, PartialDate

_TIMED = re.compile(
    r"(?P<day>.+?)(?:[ T]|, ?)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?P<second>:\d{2})?"
    r" ?(?P<offset>Z|[+-]\d{2}:\d{2})?",
    re.ASCII,
)


def read_time(typed: str, today: date, zone: str | None) -> PartialDate:
    """Return the date, with time and offset where a time was typed.

    ``zone`` is the IANA name of the site's zone, needed only where no offset was typed.
    Raises InvalidDateError with a sentence for the field.
    """
    text = " ".join(typed.split())
    timed = _TIMED.fullmatch(text)
    if timed is None:
        return read_date(text, today)
    day = read_date(timed["day"], today)
    if day.exact is None:
        raise InvalidDateError("a time needs its day, like 27 3 2026 10:30")
    clock = f"{day.text}T{int(timed['hour']):02}:{timed['minute']}{timed['second'] or ''}"
    offset = timed["offset"] or _offset(_moment(clock), zone)
    return PartialDate.parse(clock + offset, allow_time=True)


def _moment(clock: str) -> datetime:
    try:
        return datetime.fromisoformat(clock)
    except ValueError as error:
        raise InvalidDateError(f"{clock[11:]} is not a time of day") from error


def _offset(local: datetime, name: str | None) -> str:
    zone = _zone(name)
    if zone is None:
        raise InvalidDateError(
            "this site has no time zone yet, so add the offset, like 2026-03-27T10:30+01:00"
        )
    aware = local.replace(tzinfo=zone, fold=0)
    if aware.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local:
        raise InvalidDateError(
            f"{local:%H:%M} does not exist on that day: the clocks went forward in {name}"
        )
    return aware.isoformat()[-6:]


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None
