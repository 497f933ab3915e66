"""A release test against the limit of its specification: met, not met, or open; pure.

Limits stand as text with each lot, as in its specification: ``>=80 %``, ``<5 EU/kg``,
``4.5 to 6.0``, ``no growth``.  What this cannot read it leaves open, and so it does with two
units that differ: EU/mL says nothing about EU/kg without a volume and a weight.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

# States that say there is no result to hold against a limit; pending is one of them.
WITHOUT_RESULT = frozenset({"pending", "not_done", "unknown", "not_applicable"})
_CLEAN = frozenset({"negative", "no growth", "sterile", "not detected", "none detected", "absent"})
_FOUND = frozenset({"positive", "growth", "not sterile", "detected", "present"})
_NUMBER = r"(\d+(?:[.,]\d+)?)"
_ONE = re.compile(rf"(<=|>=|<|>|=)?\s*{_NUMBER}\s*(.*)", re.DOTALL)
_RANGE = re.compile(rf"{_NUMBER}\s*(?:-|–|to)\s*{_NUMBER}\s*(.*)", re.DOTALL)
_ALIKE = str.maketrans({"≤": "<=", "≥": ">=", "\u202f": " ", "\u00a0": " "})


@dataclass(frozen=True, slots=True)
class Interval:
    """All values a text can mean; None has no bound; ``open`` leaves the bound itself out."""

    low: Decimal | None
    high: Decimal | None
    low_open: bool
    high_open: bool
    unit: str

    def within(self, other: "Interval") -> bool:
        """Whether every value of this is a value of the other."""
        return _not_below(self, other) and _not_above(self, other)

    def apart(self, other: "Interval") -> bool:
        """Whether no value of this is a value of the other."""
        return _ends_before(self, other) or _ends_before(other, self)


def meets(
    result: str | None, comparator: str | None, unit: str | None, limit: str | None
) -> bool | None:
    """Whether the result meets the limit; None while that is open."""
    if not result or not limit:
        return None
    found, allowed = _plain(result), _plain(limit)
    if found in _CLEAN | _FOUND and allowed in _CLEAN | _FOUND:
        return (found in _CLEAN) == (allowed in _CLEAN)
    measured = _interval(f"{_plain(comparator or '')}{found}", unit)
    wanted = _interval(allowed, None)
    if measured is None or wanted is None or _units_differ(measured.unit, wanted.unit):
        return None
    if measured.within(wanted):
        return True
    return False if measured.apart(wanted) else None


def verdict(
    *,
    state: str | None,
    result: str | None,
    comparator: str | None = None,
    unit: str | None = None,
    limit: str | None = None,
) -> str | None:
    """Return passed, failed, or a state without result such as pending; None while open.

    What was entered is what was decided; the arithmetic only answers where nothing was.
    """
    if state:
        return state
    met = meets(result, comparator, unit, limit)
    return None if met is None else ("passed" if met else "failed")


def contradiction(
    state: str | None, result: str | None, comparator: str | None, unit: str | None,
    limit: str | None,
) -> str | None:  # fmt: skip
    """Return a question when the verdict as entered is not what result and limit say."""
    met = meets(result, comparator, unit, limit)
    if state == "passed" and met is False:
        return (
            f"The result {_said(comparator, result, unit)} does not meet the limit {limit}. Passed?"
        )
    if state == "failed" and met is True:
        return f"The result {_said(comparator, result, unit)} meets the limit {limit}. Failed?"
    if state in WITHOUT_RESULT and result:
        return (
            f"There is a result, {_said(comparator, result, unit)}. Is the test still without one?"
        )
    return None


def _said(comparator: str | None, result: str | None, unit: str | None) -> str:
    return f"{comparator or ''}{result or ''} {unit or ''}".strip()


def _plain(text: str) -> str:
    return " ".join(text.translate(_ALIKE).casefold().split())


def _interval(text: str, unit: str | None) -> Interval | None:
    span, one = _RANGE.fullmatch(text), _ONE.fullmatch(text)
    rest = span[3] if span else one[3] if one else ""
    if re.search(r"\d", rest):
        return None  # 4.5 x 10^7: a power that is not read is not guessed
    if span is not None:
        low, high = _number(span[1]), _number(span[2])
        return Interval(low, high, False, False, _unit(rest, unit)) if low <= high else None
    return _bounded(one[1] or "=", _number(one[2]), _unit(rest, unit)) if one else None


def _bounded(sign: str, number: Decimal, unit: str) -> Interval:
    low = None if sign in {"<", "<="} else number
    high = None if sign in {">", ">="} else number
    return Interval(low, high, sign == ">", sign == "<", unit)


def _number(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))


def _unit(written: str, beside: str | None) -> str:
    return _plain(written or beside or "").replace(" ", "").replace("percent", "%")


def _units_differ(one: str, other: str) -> bool:
    return bool(one and other and one != other)


def _not_below(inner: Interval, outer: Interval) -> bool:
    if outer.low is None:
        return True
    if inner.low is None or inner.low < outer.low:
        return False
    return inner.low > outer.low or inner.low_open or not outer.low_open


def _not_above(inner: Interval, outer: Interval) -> bool:
    if outer.high is None:
        return True
    if inner.high is None or inner.high > outer.high:
        return False
    return inner.high < outer.high or inner.high_open or not outer.high_open


def _ends_before(first: Interval, second: Interval) -> bool:
    if first.high is None or second.low is None:
        return False
    touching = first.high_open or second.low_open
    return first.high < second.low or (first.high == second.low and touching)
