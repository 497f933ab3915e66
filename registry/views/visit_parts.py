"""The parts of the visit form that open when they are wanted: further instruments by subject."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from registry.followup.timepoints import title
from registry.forms.visit import asked, stood_on
from registry.instruments import _sledai
from registry.instruments.base import SUBJECTS, Instrument
from registry.views.conflicts import OPEN

YEARLY = frozenset({"month_12", "month_24", *(f"year_{year}" for year in range(3, 16))})
_ORDER = {subject: place for place, subject in enumerate(SUBJECTS)}


@dataclass(frozen=True, slots=True)
class Part:
    """One instrument that is asked when somebody opens it."""

    instrument: Instrument
    open: bool  # something is typed or wrong in it, or it is due
    due: bool
    due_words: str  # when it is expected, in words


@dataclass(frozen=True, slots=True)
class Subject:
    """The instruments under one heading."""

    title: str
    parts: tuple[Part, ...]

    @property
    def open(self) -> bool:
        return any(part.open for part in self.parts)

    @property
    def titles(self) -> str:
        return " · ".join(part.instrument.title for part in self.parts)


def optional_parts(values: Mapping[str, str], errors: Mapping[str, str]) -> tuple[Subject, ...]:
    """Return the subjects with their parts, as the typed values and the errors leave them."""
    optional = sorted(
        (found for found in asked() if found.asked == "optional"),
        key=lambda found: (_ORDER[found.subject], found.title.casefold()),
    )
    wanted = values.get("action", "")
    used = _used(values) | _used(errors)
    if wanted.startswith(OPEN):
        used.add(wanted.removeprefix(OPEN))
    timepoint = values.get("timepoint", "")
    return tuple(
        Subject(SUBJECTS[subject], tuple(_part(found, used, timepoint) for found in under))
        for subject, under in groupby(optional, key=lambda found: found.subject)
    )


def not_opened(form: Mapping[str, str]) -> Callable[[str], bool]:
    """Return whether a field belongs to a part that the sender of a form had not opened."""
    closed = {found.code for found in asked()} - stood_on(form)
    return lambda name: name.partition(".")[0] in closed


def one_sledai(values: Mapping[str, str]) -> str:
    """Return a soft hint where two versions of the SLEDAI are filled in; else nothing."""
    if len(_used(values) & _sledai.VERSIONS) < 2:  # noqa: PLR2004 - two are one too many
        return ""
    return "Two versions of the SLEDAI are filled in. One is expected: their totals do not compare."


def due_words(timepoints: Sequence[str]) -> str:
    """Say when an instrument is expected: ``due at baseline and yearly``; empty where it is not."""
    yearly = set(timepoints) >= YEARLY
    named = [title(code).lower() for code in timepoints if not (yearly and code in YEARLY)]
    at = [f"at {', '.join(named)}"] if named else []
    words = " and ".join([*at, *(["yearly"] if yearly else [])])
    return f"due {words}" if words else ""


def _part(instrument: Instrument, used: set[str], timepoint: str) -> Part:
    due = bool(timepoint) and timepoint in instrument.due_at
    is_open = due or instrument.code in used
    return Part(instrument, is_open, due, due_words(instrument.due_at))


def _used(named: Mapping[str, str]) -> set[str]:
    """Return the codes before the dots of the fields that hold something."""
    return {name.partition(".")[0] for name, text in named.items() if "." in name and text}
