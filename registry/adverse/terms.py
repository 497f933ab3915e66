"""Terms of CTCAE v5.0 that events after cell therapy need: name, code, organ class and grades.

Grade: 1 to 5, how severe an event is.  Not how serious: a grade 2 admission is serious.
Source: National Cancer Institute, Common Terminology Criteria for Adverse Events v5.0, 27 Nov
2017 (a US Government work); 85 of its 837 terms, with the code printed beside each. The wording
of the grades is ours, in brief; the criteria themselves decide.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType

DICTIONARY = "CTCAE"
VERSION = "5.0"
SCALE = f"{DICTIONARY} {VERSION}"
GRADES = MappingProxyType(
    {1: "Mild", 2: "Moderate", 3: "Severe", 4: "Life-threatening", 5: "Death"}
)

_STARTS = re.compile(r"starts at ([1-5]): (.+)")
_ONLY = re.compile(r"([1-5]) only(?: \((.+)\))?")
_GRADE = re.compile(r"(?:(.*?) )??([1-5]) (.+)")
_NONE = re.compile(r"no [1-5](?:[/-][1-5])?")
_GENERIC = "generic 1-5"


@dataclass(frozen=True, slots=True)
class Term:
    """One term; ``grades`` holds the grades that exist, each with its wording in brief."""

    name: str
    code: str  # as NCI prints it beside the term
    soc: str
    group: str  # where the registry lists it
    grades: Mapping[int, str]
    measure: str = ""  # what the grades count, such as adult mmHg
    note: str = ""


def find(name: str | None) -> Term | None:
    """Return the term of that name, whatever its case; None where it is not one of the list."""
    return TERMS.get((name or "").strip().casefold())


def search(typed: str) -> tuple[Term, ...]:
    """Return the terms that begin with what was typed, then those with a word that does."""
    wanted = typed.strip().casefold()
    if not wanted:
        return tuple(TERMS.values())
    begins = [term for name, term in TERMS.items() if name.startswith(wanted)]
    words = [
        term
        for name, term in TERMS.items()
        if term not in begins and any(w.startswith(wanted) for w in re.split(r"[^\w]+", name))
    ]
    return (*begins, *words)


def is_listed(dictionary: str | None, version: str | None) -> bool:
    """Whether a coded term is of this dictionary and version, whose grades are known here.

    Another version has other grades: an old event is never regraded by a new list.
    """
    said = (dictionary or "").strip().casefold(), (version or "").strip().casefold().lstrip("v")
    return said in {(DICTIONARY.casefold(), VERSION), (DICTIONARY.casefold(), "5")}


def read_grades(brief: str) -> tuple[Mapping[int, str], str, str]:
    """Return grades with wording, what they measure, and a note, from the text of the list.

    Raises ValueError where the text names no grade.
    """
    grades: dict[int, str] = {}
    measure, notes = "", []
    for part in brief.split("; "):
        if part == _GENERIC:
            grades |= GRADES
        elif only := _ONLY.fullmatch(part):
            grades[int(only[1])] = only[2] or "the only grade"
        elif starts := _STARTS.fullmatch(part):
            grades[int(starts[1])] = starts[2]
        elif (graded := _GRADE.fullmatch(part)) and (not graded[1] or not grades):
            measure = (graded[1] or measure).rstrip(":")
            grades[int(graded[2])] = graded[3]
        elif not _NONE.fullmatch(part):
            notes.append(part)
    if not grades:
        raise ValueError(f"no grade can be read from “{brief}”")
    return MappingProxyType(grades), measure, "; ".join(notes)


def _read() -> Iterator[Term]:
    text = files(__package__).joinpath("ctcae5_selected_terms.csv").read_text(encoding="utf-8")
    for group, name, code, soc, brief in list(csv.reader(text.splitlines()))[1:]:
        grades, measure, note = read_grades(brief)
        yield Term(name, code, soc, group, grades, measure, note)


# By name in lower case, in the order of the list: what happens on the day of infusion first.
TERMS: Mapping[str, Term] = MappingProxyType({term.name.casefold(): term for term in _read()})
