"""A small valid folder, and a function that checks or imports a variation of it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from registry.audit.context import Context
from registry.database.engine import reading
from registry.imports import source
from registry.imports.importer import check_folder, import_folder
from registry.imports.report import Report

TODAY = date(2026, 11, 22)
BASE = {
    "sites.csv": "site_code,name\nA,Site A\nB,Site B\n",
    "patients.csv": (
        "patient_id,site_code,sex,enrolled_on,birth_date,death_on,status,status_on\n"
        "P1,A,female,2024-01-10,1990-02,,active,2024-01-10\n"
        "P2,B,male,2024,1980,2025-06-01,died,2025-06-01\n"
    ),
    "lots.csv": "lot_id,cell_type,manufactured_on,expires_on\nL/1,msc,2024-01-01,2024-12-31\n",
    "courses.csv": "course_id,patient_id,started_on\nC1,P1,2024-02-01\nC2,P2,\n",
    "infusions.csv": (
        "infusion_id,patient_id,started_at,cell_type,course_id,lot_ids\n"
        "I1,P1,2024-02-01T10:30+02:00,msc,C1,L/1\n"
    ),
    "visits.csv": (
        "visit_id,patient_id,visited_on,timepoint,attendance,reason\n"
        "V1,P1,2024-01-20,baseline,,\n"
        "V2,P1,,month_3,missed,travel\n"
        "V3,P1,2024-08-01,month_6,done,\n"
    ),
    "assessments.csv": (
        "visit_id,instrument,item,value\nV1,sledai_2k,arthritis,present\nV1,pga,value,1.50\n"
        "V3,sledai_2k,total,6\n"
    ),
    "medications.csv": "patient_id,drug,started_on,dose,unit\nP1,prednisone,2024-01,2.50,mg\n",
    "endpoints.csv": "patient_id,definition,timepoint,state\nP1,reported_sri_4,month_6,met\n",
}
Files = dict[str, str | bytes | None]


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write the small folder with some files replaced; None leaves one out."""

    def made(changed: Files | None = None, name: str = "folder") -> Path:
        folder = tmp_path / name
        folder.mkdir()
        for file, content in {**BASE, **(changed or {})}.items():
            if content is not None:
                data = content if isinstance(content, bytes) else content.encode()
                (folder / file).write_bytes(data)
        return folder

    return made


@pytest.fixture
def check(write: Callable[..., Path], sqlite_engine: Engine) -> Callable[..., Report]:
    """Dry-run a variation of the small folder against an empty registry."""

    def checked(changed: Files | None = None) -> Report:
        with source.opened(write(changed)) as found, reading(sqlite_engine) as session:
            return check_folder(found, session, TODAY)

    return checked


@pytest.fixture
def load() -> Callable[..., Report]:
    """Import a folder into an engine for real."""

    def loaded(engine: Engine, folder: Path, *, update: bool = False) -> Report:
        with source.opened(folder) as found:
            context = Context("cli:test", "import for a test")
            return import_folder(engine, found, context, TODAY, update=update)

    return loaded
