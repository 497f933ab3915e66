"""The DORIS framework of 2017: clinical or complete remission, off or on therapy; and drug-free.

Unit: true, false, or null where what is known does not decide.  Window: at the visit.
Every form: clinical SLEDAI 0 and PGA below 0.5.  *Complete* adds normal complement and anti-dsDNA.
*Off therapy* allows antimalarials and nothing else; *on therapy* also allows prednisone of 5 mg a
day or less and maintenance immunosuppressants or biologics, so that who is in remission off
therapy is also in it by the wider form.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from registry.instruments._three_valued import (
    HIGHEST_MG,
    ZERO,
    Known,
    all_of,
    at_most,
    known_count,
    known_flag,
    known_number,
    needs_any,
    opposite,
    without_pulse,
)
from registry.instruments.base import Calculator, Rule
from registry.instruments.doris_2021 import (
    HIGHEST_SEROLOGY,
    PGA_BELOW,
    PREDNISONE_MG,
    quiet,
)

VERSION = "2017/1"
INPUTS = (
    *("clinical_sledai", "clinical_complete", "serology_points", "pga", "pred_mg"),
    *("recent_pulse", "immunosuppressant_or_biologic", "antimalarial"),
)


def off_therapy(mg: Decimal | None, pulse: Known, suppressed: Known) -> Known:
    """Whether nothing but antimalarials is taken; ``suppressed`` by a drug other than steroids."""
    return all_of(without_pulse(at_most(mg, ZERO), pulse), opposite(suppressed))


def drug_free(remission_off_therapy: Known, antimalarial: Known) -> Known:
    """Whether a remission off therapy is also one without antimalarials."""
    return all_of(remission_off_therapy, opposite(antimalarial))


def _framework(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    needs_any(inputs, INPUTS)
    mg = known_number(inputs, "pred_mg", HIGHEST_MG)
    pulse = known_flag(inputs, "recent_pulse", unsaid=False)
    off = off_therapy(mg, pulse, known_flag(inputs, "immunosuppressant_or_biologic"))
    on = without_pulse(at_most(mg, PREDNISONE_MG), pulse)
    clinical = all_of(*quiet(inputs, complete=True).values())
    serology = at_most(known_count(inputs, "serology_points", HIGHEST_SEROLOGY), ZERO)
    forms = {"clinical": clinical, "complete": all_of(clinical, serology)}
    shapes = {
        f"{form}_{therapy}": all_of(remission, allowed)
        for therapy, allowed in (("off", off), ("on", on))
        for form, remission in forms.items()
    }
    antimalarial = known_flag(inputs, "antimalarial")
    return shapes | {
        f"{form}_drug_free": drug_free(shapes[f"{form}_off"], antimalarial) for form in forms
    }


RULE = Rule(
    title="DORIS 2017 framework of remission",
    version=VERSION,
    subject="target_state",
    source="van Vollenhoven R et al. Ann Rheum Dis 2017;76:554, key recommendations; names of the "
    "forms as in Rheumatology (Oxford) 2020, keaa420, table 1",
    licence="A published consensus definition, free to use.",
    settings={
        "answer": "true, false, or null where what is known does not decide",
        "window": "at the visit",
        "every form": f"clinical SLEDAI 0 and PGA below {PGA_BELOW}",
        "complete": "adds normal complement and anti-dsDNA",
        "off therapy": "nothing but antimalarials",
        "on therapy": f"prednisone {PREDNISONE_MG} mg a day or less, maintenance allowed",
        "drug-free": "off therapy without antimalarials too, a form of no paper (policy)",
        "pulse": "one in the 28 days before fails every form (policy)",
    },
    disagreements=("The table of 2020 prints PGA of 0.5 or less; exactly 0.5 fails here.",),
)
CALCULATORS = (
    Calculator(
        "DORIS-2017-framework",
        INPUTS,
        ("clinical_off", "complete_off", "clinical_on", "complete_on"),
        _framework,
        RULE,
        aliases=("doris_2017",),
    ),
)
