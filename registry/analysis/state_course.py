"""Who came into a state and stayed in it: attained, sustained, and the share of observed time.

Unit: patients, and days between visits.  Attained is judged among those who were not in the state
at baseline; whoever has no verdict there is in no row of it, and counted.  Follow-up differs from
patient to patient: these are counts by the cut, not at a timepoint.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from registry.analysis.intervals import share_of_time
from registry.analysis.members import Member, concerned, populations
from registry.analysis.states import Tally, four_rows
from registry.followup.state_course import INDETERMINATE, NOT_MET, StateCourse
from registry.followup.timepoints import FIRST_ESTIMATE

# A second visit five months after the first one can have been missed from here on.
SECOND_TIMEPOINT = "month_9"
BASELINE_STATES = ("met", "not_met", INDETERMINATE, "not_evaluable", "not_seen")


def state_courses(members: Sequence[Member], definitions: Sequence[str]) -> list[dict[str, Any]]:
    """Return an entry per population and each of these states that has a course."""
    return [
        {"population": population, "definition": name, **_entry(name, concerned(part, name))}
        for population, part in populations(members)
        for name in definitions
        if all(name in member.state_courses for member in part)
    ]


def _entry(name: str, members: Sequence[Member]) -> dict[str, Any]:
    found = [(member, member.state_courses[name]) for member in members]
    before = Counter(course.at_baseline or "not_seen" for _, course in found)
    attained = Counter(
        course.attained or _absent(member, FIRST_ESTIMATE)
        for member, course in found
        if course.at_baseline == NOT_MET
    )
    sustained = Counter(
        course.sustained or _absent(member, SECOND_TIMEPOINT) for member, course in found
    )
    return {
        "n": len(members),
        "baseline": {state: before[state] for state in BASELINE_STATES},
        "attained": list(four_rows(Tally.of(attained))),
        "sustained": list(four_rows(Tally.of(sustained))),
        "time": _time([course for _, course in found]),
    }


def _absent(member: Member, timepoint: str) -> str:
    """Return why there is no answer: it could not be known yet, or nobody saw what it needs."""
    place = member.places.get(timepoint)
    return "not_yet_due" if place is None or place.state == "not_yet_due" else "not_seen"


def _time(courses: Sequence[StateCourse]) -> dict[str, Any]:
    """Return the person-days, and the share of those observed with the patients behind it."""
    days = [course.days for course in courses]
    observed = [(one.met, one.observed) for one in days if one.observed]
    return {
        "patients": len(observed),
        "days_met": sum(one.met for one in days),
        "days_observed": sum(one.observed for one in days),
        "days_indeterminate": sum(one.indeterminate for one in days),
        "days_unobserved": sum(one.unobserved for one in days),
        **asdict(share_of_time(observed)),
    }
