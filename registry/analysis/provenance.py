"""Where a summary comes from, so that the same data and cut give the same bytes and hash."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from registry.analysis.members import Member

#: Left out of the hash: the only keys that may differ between two runs over the same data.
UNHASHED = ("made_at", "made_by", "sha256")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the cut, one site or all, and the field to group by."""

    cut: date
    site: str | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Maker:
    """What computed the summary, when (UTC, aware) and for whom."""

    software: str
    schema_revision: str
    made_at: datetime
    made_by: str


def provenance(
    question: Question,
    maker: Maker,
    members: Sequence[Member],
    definitions: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:
    """Return the block without its hash; ``seal`` adds it when the rest is there."""
    return {
        "made_at": maker.made_at.isoformat(timespec="seconds"),
        "made_by": maker.made_by,
        "data_cut": question.cut.isoformat(),
        "filter": {"site": question.site, "by": question.by},
        "software": maker.software,
        "schema_revision": maker.schema_revision,
        "definitions": {name: dict(definitions[name]) for name in sorted(definitions)},
        "rows": _rows(members),
    }


def seal(summary: dict[str, Any]) -> dict[str, Any]:
    """Return the summary with the SHA-256 of everything but the unhashed keys."""
    digest = hashlib.sha256(canonical(hashed_part(summary))).hexdigest()
    return summary | {"provenance": summary["provenance"] | {"sha256": digest}}


def hashed_part(summary: Mapping[str, Any]) -> dict[str, Any]:
    """Return the summary without the keys that the hash leaves out."""
    kept = {k: v for k, v in summary["provenance"].items() if k not in UNHASHED}
    return {**summary, "provenance": kept}


def canonical(value: Mapping[str, Any]) -> bytes:
    """Return canonical JSON: sorted keys, UTF-8, no spaces, neither nan nor infinity."""
    text = json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode()


def _rows(members: Sequence[Member]) -> dict[str, int]:
    """Count the facts that were read, of those in the filter and dated by the cut."""
    patients = [member.patient for member in members]
    visits = [visit for patient in patients for visit in patient.visits]
    courses = [course for patient in patients for course in patient.courses]
    return {
        "patients": len(patients),
        "courses": len(courses),
        "infusions": sum(len(course.infusions) for course in courses),
        "visits": len(visits),
        "assessments": sum(len(visit.assessments) for visit in visits),
        "medicines": sum(len(patient.medicines) for patient in patients),
        "endpoints": sum(len(patient.endpoints) for patient in patients),
        "adverse_events": sum(len(patient.adverse_events) for patient in patients),
        "conditions": sum(len(patient.conditions) for patient in patients),
        "laboratory_results": sum(len(patient.labs) for patient in patients),
    }
