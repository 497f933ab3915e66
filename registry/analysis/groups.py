"""Which group a patient belongs to: that of the first infusion."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from registry.analysis.members import Member, infused
from registry.followup.facts import CourseFact, InfusionFact

NONE = "none"
LONGEST_NUMBER = 9  # digits; a longer value is a code, not a count


def _lots(infusion: InfusionFact) -> str:
    return "+".join(sorted(infusion.lots))


def _products(infusion: InfusionFact) -> str:
    return "+".join(sorted(infusion.products))


FIELDS: Mapping[str, Callable[[CourseFact, InfusionFact], str | None]] = MappingProxyType(
    {
        "cell_type": lambda course, infusion: infusion.cell_type,
        "tissue_source": lambda course, infusion: infusion.tissue_source,
        "lot": lambda course, infusion: _lots(infusion),
        "product": lambda course, infusion: _products(infusion),
        "site": lambda course, infusion: infusion.site_code,
        "course": lambda course, infusion: str(course.ordinal),
        "legal_basis": lambda course, infusion: course.legal_basis,
    }
)


def value_of(member: Member, field: str) -> str:
    """Return the group of an infused member; ``none`` where the field is empty."""
    course, infusion = member.course, member.first_infusion
    if course is None or infusion is None:
        raise ValueError(f"{member.patient.patient_id} was not infused and is in no group")
    return FIELDS[field](course, infusion) or NONE


def grouped(members: Sequence[Member], field: str) -> list[tuple[str, list[Member]]]:
    """Return the infused by group, in the order of the values (courses by number)."""
    found: dict[str, list[Member]] = {}
    for member in infused(members):
        found.setdefault(value_of(member, field), []).append(member)
    return [(value, found[value]) for value in sorted(found, key=_in_order)]


def _in_order(value: str) -> tuple[int, str]:
    """Sort numbers by size (course 10 after 2), everything else as text after them."""
    number = value.isascii() and value.isdecimal() and len(value) <= LONGEST_NUMBER
    return (int(value), value) if number else (10**LONGEST_NUMBER, value)
