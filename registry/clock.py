"""The only place that asks the time; everything else is given ``today`` or ``now``."""

from datetime import UTC, date, datetime


def now() -> datetime:
    """Return the current instant, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Return the current calendar day in UTC."""
    return now().date()
