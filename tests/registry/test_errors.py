"""Each error knows the status of its page and the exit code of its command."""

import pytest

from registry import errors


@pytest.mark.parametrize(
    ("error", "status", "exit_code"),
    [
        (errors.NotAllowedError("no"), 403, 1),
        (errors.NotInReachError(), 404, 1),
        (errors.InvalidRecordError({"sex": "Choose one."}), 422, 1),
        (errors.ConflictError("changed"), 409, 1),
        (errors.BusyError(), 503, 3),
        (errors.RefusedError("no", ["line 1"]), 409, 1),
        (errors.EnvironmentProblem("no key"), 500, 3),
        (errors.ContextMissingError(), 500, 3),
        (errors.RecordProtectedError("kept"), 409, 1),
    ],
)
def test_status_and_exit_code(error: errors.RegistryError, status: int, exit_code: int) -> None:
    assert (error.status, error.exit_code) == (status, exit_code)
    assert str(error)


def test_details_are_the_list_a_person_reads() -> None:
    assert errors.InvalidRecordError({"sex": "Choose one."}).details() == ["sex: Choose one."]
    assert errors.RefusedError("no", (f"line {n}" for n in (1, 2))).details() == [
        "line 1",
        "line 2",
    ]
