"""The class of a kidney biopsy, read from the words of its report.

Classes I to VI of ISN/RPS: Weening JJ et al. Kidney Int 2004;65:521-30, and its revision, Bajema IM
et al. Kidney Int 2018;93:789-96, which has the two NIH indices beside them.
"""

import re

# As reports write them: III (A/C) + V, IV-S, class 4.
_CLASS = re.compile(r"(?<![A-Za-z0-9])(VI|IV|V|III|II|I|[1-6])[ABCabc]?(?![A-Za-z0-9])")
# The NIH indices, which some write beside the class: "IV-G (A/C), activity index 5/24, CI 2".
_INDEX = re.compile(r"\b(?:AI|CI|activity|chronicity)\b[^\d,;]*\d+(?:\s*/\s*\d+)?", re.IGNORECASE)
_ROMAN = dict(zip("123456", ("I", "II", "III", "IV", "V", "VI"), strict=True))


def classes_of(report: str) -> frozenset[str]:
    """Return the classes I to VI that a report names; none where it cannot be read."""
    found = _CLASS.findall(_INDEX.sub(" ", report))
    return frozenset(_ROMAN.get(one, one) for one in found)
