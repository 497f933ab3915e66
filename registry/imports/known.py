"""What rows may refer to: records of this folder and, fetched in batches, of the registry."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from registry.exchange import stored
from registry.partial_date import PartialDate


@dataclass(slots=True)
class Stay:
    """One enrolment; ``new`` while it is not stored."""

    id: UUID
    site_id: int
    site_code: str
    from_on: PartialDate
    to_on: PartialDate | None = None
    ascertainment: str | None = None
    new: bool = False
    line: int | None = None  # in enrolments.csv

    @property
    def order(self) -> tuple[Any, ...]:
        return self.from_on.earliest, self.from_on.latest

    def holds(self, on: PartialDate) -> bool:
        """Whether it may have been in force on the first possible day."""
        begun = self.from_on.earliest <= on.earliest
        return begun and (self.to_on is None or on.earliest <= self.to_on.latest)


@dataclass(slots=True)
class Standing:
    """One status of a patient."""

    status: str
    on: PartialDate
    reason: str | None = None
    new: bool = False

    @property
    def order(self) -> tuple[Any, ...]:
        return self.on.earliest, self.on.latest


@dataclass(slots=True)
class Person:
    """A patient with what the rules of other files ask about."""

    id: UUID
    code: str
    birth: PartialDate | None = None
    death: PartialDate | None = None
    stays: list[Stay] = field(default_factory=list)
    standings: list[Standing] = field(default_factory=list)
    given: dict[str, list[PartialDate]] = field(default_factory=dict)  # infusions by course
    new: bool = True
    voided: bool = False
    given_loaded: bool = False
    stated: Standing | None = None  # status and status_on of patients.csv
    line: int | None = None  # in patients.csv

    def stay_at(self, site_code: str | None, on: PartialDate | None) -> Stay | None:
        """Return the enrolment a row hangs on: in force on its day, else the first.

        Only those at ``site_code``, where one is given; None where there is none.
        """
        there = [stay for stay in self.stays if site_code in {None, stay.site_code}]
        in_force = [stay for stay in there if on is not None and stay.holds(on)]
        if in_force:
            return max(in_force, key=lambda stay: stay.order)
        return min(there, key=lambda stay: stay.order, default=None)


@dataclass(slots=True)
class Thing:
    """A lot, course or visit that other rows refer to."""

    id: UUID
    person: Person | None = None
    voided: bool = False
    facts: dict[str, Any] = field(default_factory=dict)


class Known:
    """Finds records by code; each code is asked of the database once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._asked: set[tuple[str, str]] = set()
        self._populated: dict[str, bool] = {}
        self.sites: dict[str, int] = {}
        self.people: dict[str, Person] = {}
        self.lots: dict[str, Thing] = {}
        self.courses: dict[str, Thing] = {}
        self.visits: dict[str, Thing] = {}
        self.load_sites()

    def populated(self, table: Table) -> bool:
        """Whether the table holds anything; an empty registry is asked nothing else."""
        if table.name not in self._populated:
            found = self._session.execute(select(table.c.id).limit(1)).first()
            self._populated[table.name] = found is not None
        return self._populated[table.name]

    def load_sites(self) -> None:
        statement = select(stored.SITE.c.code, stored.SITE.c.id)
        self.sites.update({row.code: row.id for row in self._session.execute(statement)})

    def load_people(self, codes: Iterable[str | None]) -> None:
        found = self._fetch(stored.PATIENT, codes, self.people)
        ids = [row.id for row in found]
        if not ids:
            return
        stays, standings = stored.stays(self._session, ids), stored.statuses(self._session, ids)
        for row in found:
            self.people[row.code] = Person(
                row.id,
                row.code,
                _date(row, "birth_date"),
                _date(row, "death_on"),
                [_stay(found) for found in stays.get(row.id, ())],
                [_standing(found) for found in standings.get(row.id, ())],
                new=False,
                voided=row.voided_at is not None,
            )

    def load_given(self, people: Iterable[Person]) -> None:
        """Fetch the infusions that stored patients have had."""
        asked = {p.id: p for p in people if not p.new and not p.given_loaded}
        infusion = stored.INFUSION
        statement = select(infusion).where(
            infusion.c.patient_id.in_(asked), infusion.c.voided_at.is_(None)
        )
        for row in self._session.execute(statement) if asked else ():
            began = _date(row, "started_at")
            if began is not None:
                asked[row.patient_id].given.setdefault(str(row.course_id), []).append(began)
        for person in asked.values():
            person.given_loaded = True

    def load_lots(self, codes: Iterable[str | None]) -> None:
        for row in self._fetch(stored.LOT, codes, self.lots):
            facts = {
                "cell_type": row.cell_type,
                "manufactured_on": _date(row, "manufactured_on"),
                "expires_on": _date(row, "expires_on"),
            }
            self.lots[row.code] = Thing(row.id, None, row.voided_at is not None, facts)

    def load_courses(self, codes: Iterable[str | None]) -> None:
        self.courses.update(self._owned(stored.COURSE, [c for c in codes if c not in self.courses]))

    def load_infusions(self, codes: Iterable[str | None]) -> dict[str, Thing]:
        return self._owned(stored.INFUSION, codes)

    def load_medications(self, codes: Iterable[str | None]) -> dict[str, Thing]:
        return self._owned(stored.TABLES["medications.csv"], codes)

    def _owned(self, table: Table, codes: Iterable[str | None]) -> dict[str, Thing]:
        found = self._fetch(table, codes, {})
        owners = self._owners(found)
        return {
            row.code: Thing(row.id, owners[row.patient_id], row.voided_at is not None)
            for row in found
        }

    def load_visits(self, codes: Iterable[str | None]) -> None:
        found = self._fetch(stored.VISIT, codes, self.visits)
        owners = self._owners(found)
        for row in found:
            facts = {
                "attendance": row.attendance,
                "visited_on": _date(row, "visited_on"),
                "contact_mode": row.contact_mode,
                "enrolment_id": row.enrolment_id,
                "site_id": row.site_id,
                "signed": row.signed_version > 0,
                "draft": row.source != "import" and row.signed_version == 0,
            }
            person = owners[row.patient_id]
            self.visits[row.code] = Thing(row.id, person, row.voided_at is not None, facts)

    def _owners(self, found: list[Any]) -> dict[UUID, Person]:
        ids = {row.patient_id for row in found}
        if not ids:
            return {}
        statement = select(stored.PATIENT.c.code).where(stored.PATIENT.c.id.in_(ids))
        codes = list(self._session.scalars(statement))
        self.load_people(codes)
        return {self.people[code].id: self.people[code] for code in codes}

    def _fetch(self, table: Table, codes: Iterable[str | None], have: dict[str, Any]) -> list[Any]:
        wanted = {code for code in codes if code and code not in have}
        wanted -= {code for code in wanted if (table.name, code) in self._asked}
        if not wanted or not self.populated(table):
            return []
        self._asked |= {(table.name, code) for code in wanted}
        return list(self._session.execute(select(table).where(table.c.code.in_(wanted))))


def _date(row: Any, name: str) -> PartialDate | None:
    found = row._mapping
    text = found[f"{name}_text"]
    if text is None:
        return None
    return PartialDate.from_columns(text, found[f"{name}_earliest"], found[f"{name}_latest"])


def _required_date(row: Any, name: str) -> PartialDate:
    found = _date(row, name)
    if found is None:
        raise LookupError(f"{name} is empty in a stored record")
    return found


def _stay(row: Any) -> Stay:
    return Stay(
        row.id,
        row.site_id,
        row.site_code,
        _required_date(row, "from_on"),
        _date(row, "to_on"),
        row.ascertainment,
    )


def _standing(row: Any) -> Standing:
    return Standing(row.status, _required_date(row, "on_date"), row.reason)
