"""Glucocorticoid doses as prednisone-equivalent.

Unit: mg prednisone-equivalent (per day).  Window of a pulse: the 28 days before.  A drug without
a factor is an error, never a factor of 1.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from registry.instruments._reading import InvalidAnswerError, in_range, read_number, required, shown
from registry.instruments.base import Calculator, Rule

VERSION = "gc-equivalents/1"
PREDNISONE_MG = Decimal(5)
# mg of the drug that equal 5 mg of prednisone
EQUAL_TO_5_MG: Mapping[str, Decimal] = MappingProxyType(
    {
        "prednisone": Decimal(5),
        "prednisolone": Decimal(5),
        "methylprednisolone": Decimal(4),
        "triamcinolone": Decimal(4),
        "hydrocortisone": Decimal(20),
        "cortisone": Decimal(25),
        "dexamethasone": Decimal("0.75"),  # one table prints 0.6
        "betamethasone": Decimal("0.6"),  # tables range to 0.75
        "deflazacort": Decimal(6),  # 7.5 on some labels
    }
)
# Their share that reaches the body is small or unknown: listed, never summed.
ROUTES_NOT_COUNTED = frozenset({"topical", "inhaled", "intra_articular"})
ROUTES = ROUTES_NOT_COUNTED | {
    *("oral", "iv", "im", "sc", "intra_arterial", "intraperitoneal", "intrathecal", "other")
}
DRUGS_NOT_COUNTED = frozenset({"budesonide"})
PULSE_ROUTES = frozenset({"iv", "im"})
PULSE_MG = Decimal(100)  # prednisone-equivalent on one day; policy
# By muscle these are depots, active for weeks whatever the single dose; policy.
DEPOT_DRUGS = frozenset({"triamcinolone", "methylprednisolone", "betamethasone"})
WINDOW_DAYS = 28  # for the mean dose and for pulses; policy
INTAKES_PER_DAY: Mapping[str, tuple[int, int]] = MappingProxyType(  # intakes, in so many days
    {"daily": (1, 1), "twice_daily": (2, 1), "alternate_days": (1, 2), "weekly": (1, 7)}
)
HIGHEST_MG = Decimal(1_000_000)  # beyond this it is a slip of the keyboard


@dataclass(frozen=True, slots=True)
class Dose:
    """Milligrams of one drug on an average day, or on the one day of a pulse."""

    drug: str
    mg: Decimal
    route: str = "oral"
    pulse: bool = False

    @property
    def counted(self) -> bool:
        """Whether it adds to the daily dose; a pulse is flagged instead of averaged."""
        return not self.pulse and is_counted(self.drug, self.route)


@lru_cache(maxsize=1024)  # a few names, asked again for every visit
def name_of(drug: str) -> str:
    """Return a drug name as the table has it, whatever the case and the spaces."""
    return " ".join(drug.split()).casefold()


def is_counted(drug: str, route: str | None) -> bool:
    """Whether this drug by this route adds to the daily dose."""
    return route not in ROUTES_NOT_COUNTED and name_of(drug) not in DRUGS_NOT_COUNTED


def is_large_or_depot(drug: str, route: str | None, mg: Decimal | None) -> bool:
    """Whether a day by vein or muscle is a pulse: ``mg`` prednisone-equivalent, None unknown."""
    if route == "im" and name_of(drug) in DEPOT_DRUGS:
        return True
    return route in PULSE_ROUTES and mg is not None and mg >= PULSE_MG


def prednisone_equivalent(drug: str, dose_mg: Decimal) -> Decimal:
    """Convert a dose, unrounded; raises InvalidAnswerError ``no_factor`` for another drug."""
    equal = EQUAL_TO_5_MG.get(name_of(drug))
    if equal is None:
        raise InvalidAnswerError(
            "no_factor", f"no prednisone equivalent is known for {shown(drug)}"
        )
    return dose_mg * PREDNISONE_MG / equal


def written(mg: Decimal) -> str:
    """Write milligrams without trailing zeros; what never ends is rounded half up to hundredths."""
    if mg != mg.quantize(Decimal("1e-6")):
        mg = mg.quantize(Decimal("0.01"), ROUND_HALF_UP)
    plain = f"{mg:f}"
    return (plain.rstrip("0").rstrip(".") if "." in plain else plain) or "0"


def _equivalent(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    drug = _name(required(inputs, "drug"))
    return {"prednisone_eq_mg": written(prednisone_equivalent(drug, _mg(inputs, "dose_mg")))}


def _daily_dose(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    doses = [*_single(inputs), *_listed(inputs, "oral")]
    if not doses and inputs.get("oral") is None:  # null is no empty list
        raise InvalidAnswerError("missing_input", "drug with dose_mg, or a list oral, is missing")
    counted = (prednisone_equivalent(dose.drug, dose.mg) for dose in doses if dose.counted)
    return {
        "prednisone_eq_mg_per_day": written(sum(counted, Decimal(0))),
        "pulse_in_window": _pulse(inputs, doses),
        "not_counted": [
            f"{dose.drug} ({dose.route})" for dose in doses if not (dose.counted or dose.pulse)
        ],
    }


def _single(inputs: Mapping[str, Any]) -> Iterator[Dose]:
    """Yield the one drug of the short form, averaged over its schedule."""
    if "drug" not in inputs and "dose_mg" not in inputs:
        return
    drug, mg = _name(required(inputs, "drug")), _mg(inputs, "dose_mg")
    route = _one_of(inputs, "route", "oral", ROUTES)
    intakes, days = INTAKES_PER_DAY[_one_of(inputs, "schedule", "daily", INTAKES_PER_DAY)]
    pulse = is_counted(drug, route) and is_large_or_depot(
        drug, route, prednisone_equivalent(drug, mg * intakes)
    )
    yield Dose(drug, mg * intakes / days, route, pulse)


def _listed(inputs: Mapping[str, Any], name: str) -> Iterator[Dose]:
    for entry in _entries(inputs, name):
        yield Dose(_name(required(entry, "drug")), _mg(entry, "mg"))


def _pulse(inputs: Mapping[str, Any], doses: list[Dose]) -> bool | None:
    """Whether a pulse lies in the window; None where nothing is said about pulses."""
    recent = False
    for entry in _entries(inputs, "iv_pulse"):
        prednisone_equivalent(_name(required(entry, "drug")), _mg(entry, "mg"))
        days_ago = read_number(required(entry, "days_ago"), "days_ago")
        recent |= in_range(days_ago, Decimal(0), Decimal(36525), "days_ago") <= WINDOW_DAYS
    if recent or any(dose.pulse for dose in doses):
        return True
    return None if inputs.get("iv_pulse") is None else False


def _entries(inputs: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    given = inputs.get(name)
    if given is None:
        return []
    if not isinstance(given, list) or not all(isinstance(entry, dict) for entry in given):
        raise InvalidAnswerError("bad_json", f"{name} is a list of objects with drug and mg")
    allowed = {"drug", "mg"} | ({"days_ago"} if name == "iv_pulse" else set())
    if unknown := sorted({key for entry in given for key in entry} - allowed):
        raise InvalidAnswerError("unknown_input", f"{name} has no input {shown(unknown[0])}")
    return given


def _name(drug: object) -> str:
    if not isinstance(drug, str):
        raise InvalidAnswerError("no_factor", f"drug is a name, not {shown(drug)}")
    return drug


def _mg(inputs: Mapping[str, Any], name: str) -> Decimal:
    return in_range(read_number(required(inputs, name), name), Decimal(0), HIGHEST_MG, name)


def _one_of(
    inputs: Mapping[str, Any], name: str, default: str, codes: Mapping[str, object] | frozenset[str]
) -> str:
    given = inputs.get(name) or default
    if not isinstance(given, str) or given not in codes:
        raise InvalidAnswerError(
            "out_of_range", f"{name} is one of {', '.join(sorted(codes))}, not {shown(given)}"
        )
    return given


EQUIVALENTS = Rule(
    title="Prednisone-equivalent of a dose",
    version=VERSION,
    subject="laboratory",
    source="Equivalence tables of globalrph.com and formularyproductions.com, 5 mg of prednisone "
    "as the reference",
    licence="Facts, free to use.",
    settings={
        "equal to 5 mg of prednisone": "; ".join(f"{d} {mg} mg" for d, mg in EQUAL_TO_5_MG.items()),
        "another drug": "an error, never a factor of 1",
    },
    disagreements=(
        "Dexamethasone is 0.75 mg here and 0.6 mg in one table; betamethasone 0.6 mg, tables range "
        "to 0.75 mg.",
        "Deflazacort is 6 mg here and 7.5 mg on some labels.",
    ),
    uncertain=("The factor of deflazacort, which is in no public table that was found.",),
)
DAILY = replace(
    EQUIVALENTS,
    title="Daily prednisone-equivalent",
    settings={
        "answer": "mg a day, and whether a pulse lies in the window",
        "schedules": "averaged over their days",
        "pulse": f"{PULSE_MG} mg or more by vein or muscle on one day within {WINDOW_DAYS} days, "
        "a depot by muscle, or what is listed as a pulse; kept apart (policy)",
        "not counted": ", ".join(sorted(ROUTES_NOT_COUNTED | DRUGS_NOT_COUNTED)).replace("_", "-"),
    },
)
CALCULATORS = (
    Calculator(
        "GC.prednisone_equivalent",
        ("drug", "dose_mg"),
        ("prednisone_eq_mg",),
        _equivalent,
        EQUIVALENTS,
    ),
    Calculator(
        "GC.daily_dose",
        ("drug", "dose_mg", "schedule", "route", "oral", "iv_pulse"),
        ("prednisone_eq_mg_per_day", "pulse_in_window"),
        _daily_dose,
        DAILY,
    ),
)
