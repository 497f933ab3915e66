"""The whole invented cohort as one stream of rows, patient by patient."""

from datetime import date
from random import Random

from registry.synthetic.case import draw_case
from registry.synthetic.events import event_rows
from registry.synthetic.happenings import happening_rows
from registry.synthetic.history import history_rows
from registry.synthetic.inquiries import Inquiries
from registry.synthetic.medicines import medicine_rows
from registry.synthetic.person import person_rows
from registry.synthetic.places import site_rows
from registry.synthetic.rows import Rows
from registry.synthetic.shelf import Shelf
from registry.synthetic.treatment import treatment_rows
from registry.synthetic.visits import visit_rows

DEFAULT_SEED = 2026


def cohort(patients: int, seed: int, today: date) -> Rows:
    """Yield every row; within one file they come in canonical order."""
    rng = Random(seed)  # noqa: S311 - invented patients, no secrets
    shelf = Shelf(rng, patients, today)
    yield from site_rows()
    for number in range(1, patients + 1):
        yield from patient_rows(number, Random(rng.getrandbits(64)), shelf, today)  # noqa: S311
    yield from shelf.rows(rng)


def patient_rows(number: int, rng: Random, shelf: Shelf, today: date) -> Rows:
    """Yield the rows of one patient."""
    case = draw_case(number, rng, today)
    person = list(person_rows(case))
    yield from person
    yield from history_rows(case, sex=person[0][1]["sex"])
    given = yield from treatment_rows(case, shelf)
    events = list(event_rows(case, given))
    yield from visit_rows(case, Inquiries(case, [event for _, event in events]))
    yield from medicine_rows(case)
    yield from happening_rows(case, given)
    yield from events
