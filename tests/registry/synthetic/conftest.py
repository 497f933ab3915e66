"""One cohort of each deck size, read once: file name to its rows."""

from collections import defaultdict
from datetime import date

import pytest

from registry.synthetic import cohort

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="session")
def today():
    return TODAY


@pytest.fixture(scope="session")
def tables():
    return read(60)


@pytest.fixture(scope="session")
def large_tables():
    return read(900)


def read(patients):
    rows = defaultdict(list)
    for name, row in cohort(patients, 2026, TODAY):
        rows[name].append(row)
    return rows
