"""The settings of a rule as a reader sees them: the codes of a summary in words."""

import re
from collections.abc import Mapping

from registry.followup.states import STATES

_CODE = re.compile(r"\b[a-z]+[a-z0-9]*(?:_[a-z0-9]+)+\b")
_METHODS = {
    "clopper_pearson": "Clopper-Pearson (exact)",
    "exact_poisson": "exact, of Poisson",
    "patient_bootstrap": "patients resampled",
    "student_t": "Student’s t",
}


def settings_words(given: Mapping[str, object]) -> str:
    """Write settings as one line of text; a dash where there are none."""
    return "; ".join(f"{name.replace('_', ' ')}: {_value(v)}" for name, v in given.items()) or "–"


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _CODE.sub(lambda found: _word(found[0]), str(value))


def _word(code: str) -> str:
    if code in STATES:
        return STATES[code].title
    return _METHODS.get(code) or code.replace("_", " ")
