"""Frozen facts about patients: what follow-up and analysis are computed from.

Loaded once per run by ``registry.queries.facts`` and cut by date there; nothing here asks
the database or the clock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from registry.partial_date import PartialDate


@dataclass(frozen=True, slots=True)
class AssessmentFact:
    """One stored result of one instrument at one visit."""

    instrument: str  # sledai_2k, pga, ...
    version: str
    total: Decimal | None  # None where incomplete
    known_points: Decimal | None
    max_possible: Decimal | None
    complete: bool
    total_only: bool = False  # a historic total without its items
    parts: Mapping[str, Any] = field(default_factory=dict)  # e.g. clinical_points of SLEDAI-2K
    answers: Sequence[Any] | None = None  # as stored, in the item order of the version


@dataclass(frozen=True)
class VisitFact:
    """One planned or actual contact; ``final`` = signed here, or imported."""

    visit_id: str
    visited_on: date | None  # None when missed or not expected
    timepoint: str | None  # as given; the analysis timepoint is derived
    attendance: str  # done, missed, not_expected
    final: bool
    contact_mode: str | None = None
    assessor: str | None = None
    assessments: tuple[AssessmentFact, ...] = ()  # what measures; no inquiries and no questions
    questions: tuple[AssessmentFact, ...] = ()  # answers that target states read, never scored
    inquired: bool = False  # every fixed question about side effects was answered

    @cached_property
    def results(self) -> Mapping[str, AssessmentFact]:
        """What measures, by instrument: every rule that reads the visit asks for it."""
        return {result.instrument: result for result in reversed(self.assessments)}


@dataclass(frozen=True, slots=True)
class MedicineFact:
    """One row of the medicine history; doses in mg unless ``unit`` says otherwise."""

    drug: str
    started_on: PartialDate
    ended_on: PartialDate | None = None  # None = ongoing
    dose: Decimal | None = None
    unit: str | None = None
    per_day: Decimal | None = None
    daily_dose: Decimal | None = None
    route: str | None = None
    pulse: bool | None = None
    as_needed: bool | None = None


@dataclass(frozen=True, slots=True)
class InfusionFact:
    infusion_id: str
    started_at: PartialDate
    site_code: str
    cell_type: str
    tissue_source: str | None = None
    lots: tuple[str, ...] = ()
    sequence: int | None = None
    products: tuple[str, ...] = ()  # product names of the lots, each once
    premedication: str | None = None  # as typed


@dataclass(frozen=True, slots=True)
class CourseFact:
    """One treatment course; ``ordinal`` counts the courses of the patient from 1."""

    course_id: str
    ordinal: int
    started_on: PartialDate | None  # as given; see followup.clocks for the derived start
    mobilised_on: PartialDate | None = None
    legal_basis: str | None = None
    infusions: tuple[InfusionFact, ...] = ()  # by time


@dataclass(frozen=True, slots=True)
class EnrolmentFact:
    site_code: str
    from_on: PartialDate
    to_on: PartialDate | None = None
    ascertainment: str | None = None  # as given; empty is derived


@dataclass(frozen=True, slots=True)
class StatusFact:
    status: str
    on: PartialDate
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ConsentFact:
    version: str
    decision: str  # given, declined, withdrawn
    decided_on: PartialDate


@dataclass(frozen=True, slots=True)
class EndpointFact:
    """A result reported by somebody else, never computed here."""

    definition: str
    timepoint: str
    state: str  # met, not_met, indeterminate, not_evaluable
    assessed_on: PartialDate | None = None
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class GradeFact:
    """How severe an event was from a day on."""

    on: PartialDate
    grade: int
    serious: bool | None = None


@dataclass(frozen=True, slots=True)
class CausalityFact:
    """What one assessor thinks of one cause."""

    cause: str  # product, procedure, conditioning, ...
    assessor: str  # reporter, reviewer
    verdict: str


@dataclass(frozen=True, slots=True)
class AdverseEventFact:
    """One reported event of a patient; drafts and voided ones are left out."""

    event_id: str
    verbatim_term: str
    started_on: PartialDate | None
    ended_on: PartialDate | None = None
    term: str | None = None
    soc: str | None = None
    grade: int | None = None  # worst
    scale: str | None = None
    serious: bool | None = None
    seriousness: tuple[str, ...] = ()
    outcome: str | None = None
    solicited: bool | None = None
    infusion_id: str | None = None
    lot: str | None = None
    grades: tuple[GradeFact, ...] = ()  # by date
    causality: tuple[CausalityFact, ...] = ()
    dictionary: str | None = None  # the term is of
    dictionary_version: str | None = None


@dataclass(frozen=True, slots=True)
class LabFact:
    """One laboratory result in canonical units; ``value`` None where it is not a number."""

    analyte: str
    collected_on: PartialDate
    value: Decimal | None
    unit: str | None
    comparator: str | None = None
    state: str | None = None  # not_done, pending, unknown, not_applicable
    text: str | None = None  # as entered, for qualitative results
    lower_limit: Decimal | None = None  # of the laboratory, in ``unit``
    upper_limit: Decimal | None = None
    entered_unit: str | None = None  # as typed: some cut-offs hold in the laboratory's own unit


@dataclass(frozen=True, slots=True)
class BiopsyFact:
    """One kidney biopsy with its classes as reported."""

    taken_on: PartialDate
    classes: str


@dataclass(frozen=True, slots=True)
class ConditionFact:
    condition: str
    onset_on: PartialDate | None = None
    ended_on: PartialDate | None = None
    active: bool | None = None


@dataclass(frozen=True, slots=True)
class FlareFact:
    """One recorded flare, whether or not a visit saw it."""

    flare_id: str
    onset_on: PartialDate
    ended_on: PartialDate | None = None
    severity: str | None = None  # as recorded
    organs: tuple[str, ...] = ()
    admitted: bool | None = None  # to hospital for it; None where nobody said


@dataclass(frozen=True, slots=True)
class IntercurrentFact:
    """What happened after treatment and changes the meaning of an outcome."""

    type: str  # as recorded
    on: PartialDate
    course_id: str | None = None
    planned: bool | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class PatientFacts:
    patient_id: str
    sex: str
    birth_date: PartialDate | None
    enrolments: tuple[EnrolmentFact, ...]  # by from_on
    statuses: tuple[StatusFact, ...]  # by date
    consents: tuple[ConsentFact, ...]
    courses: tuple[CourseFact, ...]  # by ordinal
    visits: tuple[VisitFact, ...]  # by date; drafts and voided rows are left out
    medicines: tuple[MedicineFact, ...]
    endpoints: tuple[EndpointFact, ...]
    death_on: PartialDate | None = None
    last_known_alive_on: PartialDate | None = None
    unsigned_visits: int = 0  # drafts and signed-off-by-nobody: counted, never used
    sle_diagnosed_on: PartialDate | None = None
    adverse_events: tuple[AdverseEventFact, ...] = ()  # by onset
    labs: tuple[LabFact, ...] = ()  # by date
    conditions: tuple[ConditionFact, ...] = ()
    death_cause: str | None = None  # as recorded
    flares: tuple[FlareFact, ...] = ()  # by onset
    intercurrent: tuple[IntercurrentFact, ...] = ()  # by date
    biopsies: tuple[BiopsyFact, ...] = ()  # of the kidney, by date
