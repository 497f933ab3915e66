"""Two people changed one record: what they saved beside what I typed, and nothing lost."""

from collections.abc import Callable, Mapping
from datetime import datetime

from flask import render_template, request
from flask.typing import ResponseReturnValue

from registry.views.saving import new_submission_id

# Not part of what a person typed about the record; a password is never written into a page.
NOT_TYPED = frozenset(
    {"csrf_token", "submission_id", "row_version", "action", "password", "answered", "lot_rows"}
)


def as_typed(_name: str, text: str) -> str:
    """Most fields say what they mean."""
    return text or "empty"


def conflict_page(  # noqa: PLR0913 - each is shown
    *,
    patient_code: str,
    theirs: Mapping[str, str],
    row_version: int,
    label: Callable[[str], str],
    in_words: Callable[[str, str], str] = as_typed,
    unseen: Callable[[str], bool] = lambda _: False,
    reload_url: str,
    what: str = "this record",
    who: str = "Somebody else",
    at: datetime | None = None,
    action_url: str = "",
) -> ResponseReturnValue:
    """Draw the page with 409; ``action_url`` opens the form again, empty where nobody may.

    ``unseen`` says which fields did not stand on the form that was sent.
    """
    typed = {name: text for name, text in request.form.items() if name not in NOT_TYPED}
    page = render_template(
        "visits/conflict.html",
        patient={"patient_id": patient_code},
        what=what,
        who=who,
        at=at,
        differences=[
            [
                label(name),
                in_words(name, theirs.get(name, "")),
                "not opened" if unseen(name) else in_words(name, typed.get(name, "")),
            ]
            for name in differing(theirs, typed)
        ],
        values=typed,
        action_url=action_url,
        reload_url=reload_url,
        submission_id=new_submission_id(),
        row_version=row_version,
    )
    return page, 409


OPEN = "open:"  # before the code of a part of the visit form


def wants_to_reopen() -> bool:
    """Whether this request asks for the form, filled as it was.

    It comes from the page above, or from a closed part of the form in a browser without script.
    """
    action = request.form.get("action", "")
    return action == "reopen" or action.startswith(OPEN)


def differing(theirs: Mapping[str, str], mine: Mapping[str, str]) -> list[str]:
    """Return the fields in which the two differ."""
    return [
        name
        for name in sorted(theirs.keys() | mine.keys())
        if (theirs.get(name) or "") != (mine.get(name) or "")
    ]
