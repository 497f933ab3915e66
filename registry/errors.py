"""What can go wrong, in words for a person, with its page status and its command exit code."""

from collections.abc import Iterable, Mapping


class RegistryError(Exception):
    """The root: the message says what happened and what to do."""

    status = 500
    exit_code = 3

    def details(self) -> list[str]:
        """Return the list printed under the message, if there is one."""
        return []


class NotAllowedError(RegistryError):
    """The user's roles do not permit this."""

    status = 403
    exit_code = 1


class NotInReachError(RegistryError):
    """The record is absent or another site's: both look the same."""

    status = 404
    exit_code = 1

    def __init__(self, message: str = "There is no such record in your reach.") -> None:
        super().__init__(message)


class InvalidRecordError(RegistryError):
    """A record breaks its rules: ``fields`` maps each field to a sentence."""

    status = 422
    exit_code = 1

    def __init__(
        self, fields: Mapping[str, str], message: str = "Some answers need correction."
    ) -> None:
        super().__init__(message)
        self.fields = dict(fields)

    def details(self) -> list[str]:
        return [f"{field}: {sentence}" for field, sentence in self.fields.items()]


class UnlikelyError(RegistryError):
    """A record may be right and is unlikely: ``questions`` are put to the person once."""

    status = 422
    exit_code = 1

    def __init__(self, questions: Iterable[str]) -> None:
        super().__init__("Some answers need a second look.")
        self.questions = tuple(questions)

    def details(self) -> list[str]:
        return list(self.questions)


class ConflictError(RegistryError):
    """Somebody else changed the record since it was read."""

    status = 409
    exit_code = 1


class BusyError(RegistryError):
    """The database is locked by another writer for longer than we wait."""

    status = 503
    exit_code = 3

    def __init__(
        self, message: str = "Another save is still running. Nothing was stored; try again."
    ) -> None:
        super().__init__(message)


class RefusedError(RegistryError):
    """A command refused because of the data; ``items`` lists why."""

    status = 409
    exit_code = 1

    def __init__(self, message: str, items: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.items = list(items)

    def details(self) -> list[str]:
        return self.items


class EnvironmentProblem(RegistryError):  # noqa: N818 - reads better where it is caught
    """The surroundings are wrong: a file, a key, a database, a version."""

    exit_code = 3

    def __init__(self, message: str, items: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.items = list(items)

    def details(self) -> list[str]:
        return self.items


class ContextMissingError(RegistryError):
    """A write reached an audited table without saying who writes and why."""

    def __init__(self) -> None:
        super().__init__(
            "An audited table was written without an audit context. "
            "Nothing was stored; open the session with writing(engine, Context(...))."
        )


class RecordProtectedError(RegistryError):
    """The database refused a delete, a truncate, a key change or an edit of the trail."""

    status = 409
    exit_code = 1
