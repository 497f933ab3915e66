"""Runs migrations inside one audited transaction: see ``registry.database.migrating``."""

from alembic import context

from registry.database.migrating import migrate
from registry.database.schema import connection_of

with connection_of(context.config) as connection:
    migrate(context, connection)
