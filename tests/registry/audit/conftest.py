"""A database with one row in every audited table."""

import pytest
from sqlalchemy import Engine

from registry.audit.context import Context
from registry.database.engine import writing
from tests.sample_rows import store_all


@pytest.fixture
def populated(engine: Engine) -> Engine:
    """One row in every audited table, written in one transaction."""
    with writing(engine, Context("setup", "one row each")) as session:
        store_all(session.connection())
    return engine
