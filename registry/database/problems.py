"""Puts the database's refusals into words a person can act on."""

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext

from registry.errors import (
    BusyError,
    ContextMissingError,
    EnvironmentProblem,
    RecordProtectedError,
    RegistryError,
)

_NO_CONTEXT = "AU001"
_PROTECTED = "AU002"
# lock_not_available, deadlock_detected, serialization_failure
_BUSY = frozenset({"55P03", "40P01", "40001"})


def attach(engine: Engine) -> None:
    """Translate errors on ``engine``; the original stays attached as the cause."""

    def on_error(context: ExceptionContext) -> BaseException | None:
        _without_row(context)
        connected = context.connection is not None
        return translated(context.original_exception, engine, connected=connected)

    event.listen(engine, "handle_error", on_error, retval=True)


def _without_row(context: ExceptionContext) -> None:
    """Drop PostgreSQL's DETAIL line, which prints the whole failing row, from every message."""
    error = context.original_exception
    diagnosis = getattr(error, "diag", None)
    if diagnosis is None or diagnosis.message_detail is None:
        return
    error.args = (diagnosis.message_primary,)
    if context.sqlalchemy_exception is not None:
        context.sqlalchemy_exception.args = (diagnosis.message_primary,)


def translated(error: BaseException, engine: Engine, *, connected: bool) -> RegistryError | None:
    """Return our error for the driver's, or None where the driver's says it best."""
    code = getattr(error, "sqlstate", None)
    message = str(error)
    if code == _NO_CONTEXT or message == "user-defined function raised exception":
        return ContextMissingError()
    if code == _PROTECTED or (code is None and message.startswith("audit: ")):
        return RecordProtectedError(message.splitlines()[0].removeprefix("audit: "))
    if code in _BUSY or message.startswith("database is locked"):
        return BusyError()
    if not connected and (message.startswith("unable to open database") or _is_outage(error)):
        url = engine.url.render_as_string(hide_password=True)
        return EnvironmentProblem(
            f"the database {url} cannot be opened; check DATABASE_URL and that it is running"
        )
    return None


def _is_outage(error: BaseException) -> bool:
    kind = type(error)
    return kind.__module__.startswith("psycopg") and kind.__name__ == "OperationalError"
