"""One ordinary form: draw it, read it, save it once, or draw it again with what was typed."""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from registry.errors import ConflictError, InvalidRecordError, NotAllowedError, UnlikelyError
from registry.extensions import read_session, signed_in
from registry.forms.base import RecordForm
from registry.forms.fields import PartialDateField
from registry.permissions import Permission
from registry.queries.records import Row, record_in_reach
from registry.queries.scope import PatientInReach, Reach, patient_in_reach
from registry.views.conflicts import conflict_page, wants_to_reopen
from registry.views.consent_notice import consent_notice
from registry.views.saving import save, submission_id

MADE_ELSEWHERE = "This record was made at another site. You can read it, but not change it."
ELSEWHERE = "This patient is followed at another site now. You can read your own records here."


@dataclass(frozen=True, slots=True)
class FormPage:
    """What a form page shows around its fields."""

    title: str
    form: RecordForm
    button: str
    back: str
    patient: PatientInReach | None = None
    stored: Mapping[str, str] = field(default_factory=dict)  # a record as typed, for a change
    row_version: int | None = None
    intro: str = ""
    saved: str = "Saved."
    template: str = "forms/page.html"  # one that lays the fields out in sections
    about: str = ""  # what a form is about that is about no patient
    around: Mapping[str, Any] = field(default_factory=dict)  # what such a template shows beside
    beside: tuple[str, str] = ("", "")  # words and address of a page to read first
    void_url: str = ""  # where this record is taken out of every result

    def draw(
        self,
        errors: Mapping[str, str] | None = None,
        status: int = 200,
        questions: Sequence[str] = (),
    ) -> ResponseReturnValue:
        """Draw the form with what was typed, or with the stored record when it is first opened.

        ``questions`` are put once: the form carries them back, and saving again answers them.
        """
        page = render_template(
            self.template,
            page=self,
            values=request.form if request.method == "POST" else self.stored,
            errors=self._named(errors or {}),
            questions=questions,
            submission_id=submission_id(),
            notice=consent_notice(self.patient),
        )
        return page, status

    def _named(self, errors: Mapping[str, str]) -> dict[str, str]:
        """Put the label before what a rule says of a date: rules between dates know no form."""
        dates = {field.name: field for field in self.form if isinstance(field, PartialDateField)}
        return {
            name: f"{dates[name].label.text}: {sentence}"
            if name in dates and ": " not in sentence
            else sentence
            for name, sentence in errors.items()
        }

    def submit(
        self, reason: str, act: Callable[[Session, dict[str, Any]], str]
    ) -> ResponseReturnValue:
        """Draw on GET; on POST save through ``act`` once, or draw again with the sentences."""
        if request.method != "POST" or wants_to_reopen():
            return self.draw()
        try:
            values = self.form.checked()
            answer = save(reason, lambda session: act(session, values))
        except InvalidRecordError as error:
            return self.draw(error.fields, 422)
        except UnlikelyError as error:
            return self.draw(status=422, questions=error.questions)
        except ConflictError:
            about = self.patient.code if self.patient else self.about
            if not about or self.row_version is None or not self.stored:
                raise
            return conflict_page(
                patient_code=about,
                theirs=self.stored,
                row_version=self.row_version,
                label=lambda name: str(self.form[name].label.text),
                reload_url=self.back,
                action_url=request.path,
            )
        flash(self.saved, "success")
        return answer


def answered() -> Set[str]:
    """Return the questions that this form carries back: the person has seen them and saved."""
    return frozenset(request.form.getlist("answered"))


def readable(code: str) -> PatientInReach:
    """Load a patient in reach of the signed-in user, in the read transaction."""
    return patient_in_reach(read_session(), Reach.of(signed_in()), code)


def writable(code: str) -> PatientInReach:
    """Load a patient this user may write for; NotAllowedError at a former site."""
    return _must_write(readable(code))


def writable_in(session: Session, code: str) -> PatientInReach:
    """Load the patient again inside the write transaction: reach may have ended meanwhile."""
    return _must_write(patient_in_reach(session, Reach.of(signed_in()), code))


def writable_record(
    model: type[Row], key: str | UUID, act: Permission = Permission.PATIENT_WRITE
) -> tuple[Row, PatientInReach]:
    """Load a row that this user may change, with its patient, in the read transaction."""
    return writable_record_in(read_session(), model, key, act)


def writable_record_in(
    session: Session,
    model: type[Row],
    key: str | UUID,
    act: Permission = Permission.PATIENT_WRITE,
) -> tuple[Row, PatientInReach]:
    """Load a row again inside the write transaction; it must be of the present site.

    A status or a consent belongs to the patient, so the site that follows the patient changes it.
    """
    row, patient = record_in_reach(session, Reach.of(signed_in(), act), model, key)
    place = _must_write(patient).writable
    if place is None or getattr(row, "site_id", place.site_id) != place.site_id:
        raise NotAllowedError(MADE_ELSEWHERE)
    return row, patient


def _must_write(patient: PatientInReach) -> PatientInReach:
    if patient.writable is None:
        raise NotAllowedError(ELSEWHERE)
    return patient
