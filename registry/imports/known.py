"""What rows may refer to: records of this folder and, fetched in batches, of the registry."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from registry.exchange import stored_people, tables
from registry.lot_rules import Decided
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
        self.infusions: dict[str, Thing] = {}
        self.visits: dict[str, Thing] = {}
        self.load_sites()

    def populated(self, table: Table) -> bool:
        """Whether the table holds anything; an empty registry is asked nothing else."""
        if table.name not in self._populated:
            found = self._session.execute(select(table.c.id).limit(1)).first()
            self._populated[table.name] = found is not None
        return self._populated[table.name]

    def load_sites(self) -> None:
        statement = select(tables.SITE.c.code, tables.SITE.c.id)
        self.sites.update({row.code: row.id for row in self._session.execute(statement)})

    def load_people(self, codes: Iterable[str | None]) -> None:
        found = self._fetch(tables.PATIENT, codes, self.people)
        ids = [row.id for row in found]
        if not ids:
            return
        stays, standings = (
            stored_people.stays(self._session, ids),
            stored_people.statuses(self._session, ids),
        )
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
        infusion = tables.INFUSION
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
        found = self._fetch(tables.LOT, codes, self.lots)
        decisions = self._decisions([row.id for row in found])
        given = self._given([row.id for row in found if row.donor_type == "autologous"])
        for row in found:
            facts = {
                "stored": True,
                "cell_type": row.cell_type,
                "manufactured_on": _date(row, "manufactured_on"),
                "expires_on": _date(row, "expires_on"),
                "donor_type": row.donor_type,
                "release_status": row.release_status,
                "decisions": decisions.get(row.id, ()),
            }
            if row.id in given:
                facts["given_to"] = given[row.id]
            self.lots[row.code] = Thing(row.id, None, row.voided_at is not None, facts)

    def _decisions(self, ids: list[UUID]) -> dict[UUID, tuple[Decided, ...]]:
        """Return what was decided here about lots."""
        made = tables.LOT_DECISION
        statement = (
            select(made)
            .where(made.c.lot_id.in_(ids), made.c.voided_at.is_(None))
            .order_by(made.c.id)
        )
        found: dict[UUID, tuple[Decided, ...]] = {}
        for row in self._session.execute(statement) if ids else ():
            decided = Decided(row.decision, _required_date(row, "decided_on"))
            found[row.lot_id] = (*found.get(row.lot_id, ()), decided)
        return found

    def _given(self, ids: list[UUID]) -> dict[UUID, set[UUID]]:
        """Return the patients who were given lots."""
        infusion, lot = tables.INFUSION, tables.INFUSION_LOT
        statement = (
            select(lot.c.lot_id, infusion.c.patient_id)
            .join(infusion, infusion.c.id == lot.c.infusion_id)
            .where(lot.c.lot_id.in_(ids), infusion.c.voided_at.is_(None))
        )
        found: dict[UUID, set[UUID]] = {}
        for row in self._session.execute(statement) if ids else ():
            found.setdefault(row.lot_id, set()).add(row.patient_id)
        return found

    def load_courses(self, codes: Iterable[str | None]) -> None:
        self.courses.update(self._owned(tables.COURSE, [c for c in codes if c not in self.courses]))

    def load_infusions(self, codes: Iterable[str | None]) -> None:
        found = self._fetch(tables.INFUSION, codes, self.infusions)
        owners = self._owners(found)
        for row in found:
            facts = {"started_at": _date(row, "started_at")}
            person = owners[row.patient_id]
            self.infusions[row.code] = Thing(row.id, person, row.voided_at is not None, facts)

    def load_events(self, codes: Iterable[str | None]) -> dict[str, Thing]:
        """Return stored adverse events; one that happened to a lot alone has no person."""
        found = self._fetch(tables.EVENT, codes, {})
        owners = self._owners([row for row in found if row.patient_id is not None])
        return {
            row.code: Thing(
                row.id,
                owners.get(row.patient_id),
                row.voided_at is not None,
                {"draft": row.state == "draft"},
            )
            for row in found
        }

    def load_coded(self, table: Table, codes: Iterable[str | None]) -> dict[str, Thing]:
        """Return stored records of a table whose rows may have a code."""
        return self._owned(table, codes)

    def _owned(self, table: Table, codes: Iterable[str | None]) -> dict[str, Thing]:
        found = self._fetch(table, codes, {})
        owners = self._owners(found)
        return {
            row.code: Thing(row.id, owners[row.patient_id], row.voided_at is not None)
            for row in found
        }

    def load_visits(self, codes: Iterable[str | None]) -> None:
        found = self._fetch(tables.VISIT, codes, self.visits)
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
        statement = select(tables.PATIENT.c.code).where(tables.PATIENT.c.id.in_(ids))
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
