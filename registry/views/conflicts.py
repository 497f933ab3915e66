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


def conflict_page(  # noqa: PLR0913 - each is shown
    *,
    patient_code: str,
    theirs: Mapping[str, str],
    row_version: int,
    label: Callable[[str], str],
    reload_url: str,
    what: str = "this record",
    who: str = "Somebody else",
    at: datetime | None = None,
    action_url: str = "",
) -> ResponseReturnValue:
    """Draw the page with 409; ``action_url`` opens the form again, empty where nobody may."""
    typed = {name: text for name, text in request.form.items() if name not in NOT_TYPED}
    page = render_template(
        "visits/conflict.html",
        patient={"patient_id": patient_code},
        what=what,
        who=who,
        at=at,
        differences=differences(theirs, typed, label),
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


def differences(
    theirs: Mapping[str, str], mine: Mapping[str, str], label: Callable[[str], str]
) -> list[list[str]]:
    """Return field, theirs, mine where the two differ."""
    return [
        [label(name), theirs.get(name, "") or "empty", mine.get(name, "") or "empty"]
        for name in sorted(theirs.keys() | mine.keys())
        if (theirs.get(name) or "") != (mine.get(name) or "")
    ]
