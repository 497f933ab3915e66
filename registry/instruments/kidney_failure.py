"""Failure of the kidney as an outcome: renal death, end-stage disease, or a lasting loss of 40 %.

Unit: the first day of each part, and of the earliest.  Window: after the baseline eGFR, which is
the last one before treatment; results of one equation only.
Loss: an eGFR of 60 % of the baseline or less, on two samples at least 28 days apart and on every
sample between them; its day is that of the first sample.
End-stage disease: the recorded start of lasting kidney replacement (dialysis of 28 days or more,
or a transplant), or an eGFR below 15 that lasts by the same rule.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from registry.instruments._filtration import Estimate, check_one_equation
from registry.instruments.base import Calculator, Rule

VERSION = "kidney-failure/1"
LOSS = Decimal(40)  # % of the baseline, and more
END_STAGE_BELOW = Decimal(15)
CONFIRMED_AFTER_DAYS = 28

RULE = Rule(
    title="Kidney failure",
    version=VERSION,
    subject="kidney",
    source="Levin A et al. Kidney Int 2020;98:849-59, doi 10.1016/j.kint.2020.07.013 (kidney "
    "failure and sustained decline as end points of trials); Levey AS et al. Am J Kidney Dis "
    "2014;64:821-35 (40 % in place of a doubled creatinine)",
    licence="Definitions, free to use.",
    settings={
        "answer": "the first day of renal death, end-stage disease or lasting loss",
        "window": "after the baseline eGFR, the last before treatment; one equation only",
        "loss": f"an eGFR lower by {LOSS} % or more, confirmed",
        "end-stage disease": f"lasting replacement, or an eGFR below {END_STAGE_BELOW}, confirmed",
        "confirmed": f"on every sample for {CONFIRMED_AFTER_DAYS} days or more; its day is that of "
        "the first; what is not confirmed is kept apart (policy)",
    },
    disagreements=("Trials confirm a loss after 28 to 90 days; 28 here.",),
    note="Judged on the dated results of one patient, which no single line of a file holds.",
)
CALCULATORS: tuple[Calculator, ...] = ()  # see the note


@dataclass(frozen=True, slots=True)
class Lasting:
    """A state that was confirmed from its first day on, or only waits to be."""

    since: date | None = None
    unconfirmed_since: date | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The first day of each part; None is not seen up to ``assessed_until``."""

    renal_death: date | None
    end_stage: date | None
    loss_40: date | None
    unconfirmed_since: date | None  # of a loss that no second sample has confirmed yet
    assessed_until: date | None  # last sample after the baseline; None: the eGFR was not followed

    @property
    def first(self) -> tuple[str, date] | None:
        """The earliest part and its day; of two on one day the graver."""
        parts = (
            ("renal_death", self.renal_death),
            ("end_stage", self.end_stage),
            ("loss_40", self.loss_40),
        )
        seen = [(name, on) for name, on in parts if on is not None]
        return min(seen, key=lambda part: part[1], default=None)


def outcome(
    baseline: Estimate,
    estimates: Sequence[Estimate],
    *,
    replacement: date | None = None,
    renal_death: date | None = None,
) -> Outcome:
    """Judge one patient; raises InvalidAnswerError ``mixed_equations``.

    ``replacement`` is the first day of lasting dialysis or of a transplant.  Samples on or
    before the day of the baseline are left out.
    """
    check_one_equation([baseline, *estimates])
    later = sorted(
        (found for found in estimates if found.on > baseline.on),
        key=lambda found: (found.on, found.value),  # of two on one day the better one has the say
    )
    # As products: exactly 40 % less is a loss of 40 %.
    lost = lasting((one.on, one.value * 100 <= baseline.value * (100 - LOSS)) for one in later)
    ended = lasting((one.on, one.value < END_STAGE_BELOW) for one in later)
    return Outcome(
        renal_death=renal_death,
        end_stage=min((on for on in (replacement, ended.since) if on is not None), default=None),
        loss_40=lost.since,
        unconfirmed_since=lost.unconfirmed_since,
        assessed_until=later[-1].on if later else None,
    )


def lasting(samples: Iterable[tuple[date, bool]]) -> Lasting:
    """Return since when a finding lasts; the samples are in order of their days."""
    since: date | None = None
    for on, low in samples:
        if not low:
            since = None
        elif since is None:
            since = on
        elif (on - since).days >= CONFIRMED_AFTER_DAYS:
            return Lasting(since=since)
    return Lasting(unconfirmed_since=since)
