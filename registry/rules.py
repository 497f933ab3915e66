"""Rules between dates, pure: what is impossible over every completion of partial dates.

The same functions answer for forms and files; merely unlikely values are not refused here.
"""

from datetime import date, timedelta

from registry.partial_date import PartialDate

# Policy, for forms and files alike: ``today`` is UTC, and somewhere it is already tomorrow.
CLOCK_GRACE = timedelta(days=1)


def outside_life(
    on: PartialDate | None, birth: PartialDate | None, death: PartialDate | None
) -> str | None:
    """Return a sentence when the date is certainly before birth or after death, else None."""
    if on is None:
        return None
    if birth is not None and on.certainly_before(birth):
        return f"{on.words} is before the birth date {birth.words}"
    if death is not None and on.certainly_after(death):
        return f"{on.words} is after the death on {death.words}"
    return None


def in_the_future(on: PartialDate | None, today: date) -> str | None:
    """Return a sentence when the date has certainly not come yet anywhere, else None."""
    if on is not None and on.earliest > today + CLOCK_GRACE:
        return f"{on.words} is in the future"
    return None


def out_of_order(
    first: PartialDate | None, second: PartialDate | None, first_is: str
) -> str | None:
    """Return a sentence when the second date is certainly before the first, else None."""
    if first is not None and second is not None and second.certainly_before(first):
        return f"{second.words} is before {first_is} {first.words}"
    return None
