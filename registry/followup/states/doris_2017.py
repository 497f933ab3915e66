"""Remission by the DORIS framework of 2017: clinical or complete, off or on therapy.

Clinical is a clinical SLEDAI of 0 and a PGA below 0.5; complete adds normal complement and
anti-dsDNA.  Off therapy allows antimalarials and nothing else; on therapy allows prednisone of
5 mg a day or less and stable maintenance.  Clinical remission on therapy is DORIS 2021.
"""

from collections.abc import Callable
from decimal import Decimal

from registry.followup.immunosuppression import LASTING_DAYS
from registry.followup.states import doris_2021
from registry.followup.states._limbs import (
    STEROID_SETTINGS,
    is_judged,
    no_immunosuppressant,
    prednisone,
    quiet_serology,
)
from registry.followup.states.base import AtVisit, Limb, State, Verdict, join
from registry.instruments import doris_2017 as published

SOURCE = "van Vollenhoven R et al. Ann Rheum Dis 2017;76:554"
OFF = {
    "therapy": "antimalarials and nothing else: no steroid, no pulse, and in the 28 days before "
    f"no immunosuppressant or biologic ({LASTING_DAYS} days where it depletes cells), recognised "
    "by name (policy); the cells of this registry are no therapy here",
    **STEROID_SETTINGS,
}
ON = {
    "therapy": "prednisone 5 mg or less and stable maintenance",
    "maintenance": doris_2021.SETTINGS["maintenance"],
    **STEROID_SETTINGS,
}
ACTIVITY = {name: doris_2021.SETTINGS[name] for name in ("clinical SLEDAI-2K", "PGA")}
COMPLETE = {"serology": "normal complement and anti-dsDNA, as SLEDAI-2K items"}

NO_STEROID_MG = Decimal(0)


def off_therapy(at: AtVisit) -> tuple[Limb, ...]:
    """Return the limbs of a remission with nothing but antimalarials."""
    return (
        Limb("No steroid", prednisone(at, NO_STEROID_MG)),
        Limb("No immunosuppressant or biologic", no_immunosuppressant(at)),
    )


def serology(at: AtVisit) -> tuple[Limb, ...]:
    """Return the limb that makes a remission complete."""
    return (Limb("Normal complement and anti-dsDNA", quiet_serology(at.visit)),)


def _judging(
    therapy: Callable[[AtVisit], tuple[Limb, ...]], *, complete: bool
) -> Callable[[AtVisit], Verdict | None]:
    """Return the rule of one form."""

    def judge(at: AtVisit) -> Verdict | None:
        if not is_judged(at.visit):
            return None
        extent = at.once(serology) if complete else ()
        return join(*at.once(doris_2021.quiet), *extent, *at.once(therapy))

    return judge


STATES = tuple(
    State(
        f"doris_2017_{extent}_{therapy}",
        published.VERSION,
        f"DORIS 2017 {extent} remission, {therapy} therapy",
        SOURCE,
        _judging(limbs, complete=extent == "complete"),
        ACTIVITY | (COMPLETE if extent == "complete" else {}) | settings,
        place=place,
    )
    for place, (extent, therapy, limbs, settings) in enumerate(
        (
            ("clinical", "on", doris_2021.on_therapy, ON),
            ("complete", "on", doris_2021.on_therapy, ON),
            ("clinical", "off", off_therapy, OFF),
            ("complete", "off", off_therapy, OFF),
        ),
        start=10,
    )
)
