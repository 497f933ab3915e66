"""Record what a flare was judged by: its visit, limbs, BILAG systems, admission, adjudication.

Rows that exist keep their values; their new columns are empty. A downgrade loses the new columns of
flare; the trail keeps what they held.
"""

import sqlalchemy as sa
from alembic import op

from registry.database.types import Id

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Added and dropped without rebuilding: a rebuilt SQLite table would lose its checks.
ADDED = (
    ("selena_limbs", sa.Text(), "Limbs of the SELENA flare index that fired, joined by ;"),
    ("bilag_systems", sa.Text(), "BILAG systems at A or B"),
    ("admitted", sa.Boolean(), "Admitted to hospital for it"),
    ("last_treated_on", sa.Text(), "ISO 8601, maybe reduced"),
    ("last_treated_on_earliest", sa.Date(), "First possible day"),
    ("last_treated_on_latest", sa.Date(), "Last possible day"),
    ("adjudicated", sa.Boolean(), "Judged by somebody who did not report it"),
    ("adjudicated_by", sa.Text(), None),
    ("adjudicated_on", sa.Text(), "ISO 8601, maybe reduced"),
    ("adjudicated_on_earliest", sa.Date(), "First possible day"),
    ("adjudicated_on_latest", sa.Date(), "Last possible day"),
)


def upgrade() -> None:
    kind = Id().compile(dialect=op.get_context().dialect)
    refers = "CONSTRAINT fk_flare_visit_id REFERENCES visit (id)"
    op.execute(f"ALTER TABLE flare ADD COLUMN visit_id {kind} {refers}")
    if op.get_context().dialect.name == "postgresql":
        op.execute("COMMENT ON COLUMN flare.visit_id IS 'Visit that found it'")
    for name, type_, comment in ADDED:
        op.add_column("flare", sa.Column(name, type_, nullable=True, comment=comment))
    op.create_index(op.f("ix_flare_visit_id"), "flare", ["visit_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_flare_visit_id"), table_name="flare")
    for name, _, _ in ADDED:
        op.execute(f"ALTER TABLE flare DROP COLUMN {name}")
    op.execute("ALTER TABLE flare DROP COLUMN visit_id")
