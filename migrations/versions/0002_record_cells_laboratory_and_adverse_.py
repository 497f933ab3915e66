"""Record cells, laboratory, history and adverse events.

Rows that exist keep their values; their new columns are empty. A downgrade loses the new tables and
the new columns of course, infusion, infusion_lot and lot; the trail keeps what they held.
"""

import sqlalchemy as sa
from alembic import op

from registry.database.types import Entered, Id, JsonText, UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Added and dropped without rebuilding: a rebuilt SQLite table would lose its checks.
ADDED = {
    "course": (
        ("responsible_party", sa.Text(), "Sponsor, maker or clinic whose duty the reports are"),
    ),
    "infusion": (
        ("ended_at", sa.Text(), "As started_at"),
        ("ended_at_earliest", sa.Date(), "First possible day"),
        ("ended_at_latest", sa.Date(), "Last possible day"),
        ("planned_total_cells", Entered(), "Cells planned"),
        ("planned_cells_per_kg", Entered(), "Cells per kg planned"),
        ("viability_percent", Entered(), "Viable cells when given, after thaw, %"),
        ("observed_hours", Entered(), "Observation afterwards, hours"),
        ("cost_covers", sa.Text(), "What the amount pays for"),
    ),
    "infusion_lot": (
        ("volume_ml", Entered(), "Volume of this lot, mL"),
        ("cells", Entered(), "Cells of this lot"),
        ("thawed_at", sa.Text(), "As started_at"),
        ("thawed_at_earliest", sa.Date(), "First possible day"),
        ("thawed_at_latest", sa.Date(), "Last possible day"),
    ),
    "lot": (
        ("cells", Entered(), "Cells in the whole lot"),
        ("cryoprotectant", sa.Text(), "With its percentage"),
        ("frozen_on", sa.Text(), "ISO 8601, maybe reduced"),
        ("frozen_on_earliest", sa.Date(), "First possible day"),
        ("frozen_on_latest", sa.Date(), "Last possible day"),
    ),
}
CODED = {
    "infusion": ("cost_paid_by", "patient sponsor public insurer charity other"),
    "lot": ("preservation", "fresh frozen"),
}


def upgrade() -> None:
    op.create_table(
        "product",
        sa.Column("id", Id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="product_name of its lots"),
        sa.Column("cell_type", sa.Text(), nullable=False),
        sa.Column("tissue_source", sa.Text(), nullable=True),
        sa.Column("donor_type", sa.Text(), nullable=True),
        sa.Column("maker", sa.Text(), nullable=True),
        sa.Column("steps", sa.Text(), nullable=True, comment="How it is made, in order"),
        sa.Column(
            "specification",
            sa.Text(),
            nullable=True,
            comment="Release specification; limits of a lot stand with its tests",
        ),
        sa.Column("source", sa.Text(), nullable=False, comment="form, import or api"),
        sa.Column(
            "voided_at", UtcDateTime(), nullable=True, comment="Set together with by and reason"
        ),
        sa.Column("voided_by", sa.Text(), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.Column(
            "row_version", sa.Integer(), nullable=False, comment="Rises by one with every change"
        ),
        sa.CheckConstraint(
            "cell_type IN ('msc', 'hsc', 'mononuclear', 'exosome', 'ipsc_derived', 'car_t', 'other')",
            name=op.f("ck_product_cell_type_code"),
        ),
        sa.CheckConstraint(
            "donor_type IN ('autologous', 'allogeneic')", name=op.f("ck_product_donor_type_code")
        ),
        sa.CheckConstraint(
            "source IN ('form', 'api', 'import')", name=op.f("ck_product_source_code")
        ),
        sa.CheckConstraint(
            "tissue_source IN ('umbilical_cord', 'whartons_jelly', 'cord_blood', 'bone_marrow', 'adipose', 'placenta', 'amnion', 'peripheral_blood', 'other')",
            name=op.f("ck_product_tissue_source_code"),
        ),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL)",
            name=op.f("ck_product_voided_at_by_reason_together"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        sa.UniqueConstraint("name", name=op.f("uq_product_name")),
    )
    op.create_table(
        "laboratory_limit",
        sa.Column("id", Id(), nullable=False),
        sa.Column("site_id", sa.SmallInteger(), nullable=False),
        sa.Column("laboratory", sa.Text(), nullable=False),
        sa.Column(
            "analyte", sa.Text(), nullable=False, comment="Code of the analyte; it names the assay"
        ),
        sa.Column("assay", sa.Text(), nullable=True, comment="Kit or method, in words"),
        sa.Column("from_on", sa.Date(), nullable=False, comment="First day these limits hold"),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("lower_limit", Entered(), nullable=True, comment="In unit"),
        sa.Column("upper_limit", Entered(), nullable=True, comment="In unit"),
        sa.Column("source", sa.Text(), nullable=False, comment="form, import or api"),
        sa.Column(
            "voided_at", UtcDateTime(), nullable=True, comment="Set together with by and reason"
        ),
        sa.Column("voided_by", sa.Text(), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.Column(
            "row_version", sa.Integer(), nullable=False, comment="Rises by one with every change"
        ),
        sa.CheckConstraint(
            "source IN ('form', 'api', 'import')", name=op.f("ck_laboratory_limit_source_code")
        ),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL)",
            name=op.f("ck_laboratory_limit_voided_at_by_reason_together"),
        ),
        sa.CheckConstraint(
            "lower_limit IS NOT NULL OR upper_limit IS NOT NULL",
            name=op.f("ck_laboratory_limit_has_a_limit"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("fk_laboratory_limit_site_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_laboratory_limit")),
    )
    with op.batch_alter_table("laboratory_limit", schema=None) as batch_op:
        batch_op.create_index(
            "uq_laboratory_limit",
            ["site_id", "laboratory", "analyte", "from_on"],
            unique=True,
            sqlite_where=sa.text("voided_at IS NULL"),
            postgresql_where=sa.text("voided_at IS NULL"),
        )

    op.create_table(
        "lot_decision",
        sa.Column("id", Id(), nullable=False),
        sa.Column("lot_id", Id(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Text(), nullable=False, comment="ISO 8601, maybe reduced"),
        sa.Column("decided_on_earliest", sa.Date(), nullable=False, comment="First possible day"),
        sa.Column("decided_on_latest", sa.Date(), nullable=False, comment="Last possible day"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False, comment="form, import or api"),
        sa.Column(
            "voided_at", UtcDateTime(), nullable=True, comment="Set together with by and reason"
        ),
        sa.Column("voided_by", sa.Text(), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.Column(
            "row_version", sa.Integer(), nullable=False, comment="Rises by one with every change"
        ),
        sa.CheckConstraint(
            "decision IN ('released', 'released_pending', 'released_by_exception', 'quarantined', 'rejected', 'recalled')",
            name=op.f("ck_lot_decision_decision_code"),
        ),
        sa.CheckConstraint(
            "source IN ('form', 'api', 'import')", name=op.f("ck_lot_decision_source_code")
        ),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL)",
            name=op.f("ck_lot_decision_voided_at_by_reason_together"),
        ),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["lot.id"], name=op.f("fk_lot_decision_lot_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot_decision")),
    )
    with op.batch_alter_table("lot_decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lot_decision_lot_id"), ["lot_id"], unique=False)

    op.create_table(
        "lot_test",
        sa.Column("id", Id(), nullable=False),
        sa.Column("lot_id", Id(), nullable=False),
        sa.Column("test", sa.Text(), nullable=False, comment="viability, sterility, endotoxin ..."),
        sa.Column("result", sa.Text(), nullable=True, comment="As typed"),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("comparator", sa.Text(), nullable=True, comment="Of the result: < <= > >="),
        sa.Column("limit_text", sa.Text(), nullable=True, comment="As in the specification"),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("reported_on", sa.Text(), nullable=True, comment="ISO 8601, maybe reduced"),
        sa.Column("reported_on_earliest", sa.Date(), nullable=True, comment="First possible day"),
        sa.Column("reported_on_latest", sa.Date(), nullable=True, comment="Last possible day"),
        sa.Column("source", sa.Text(), nullable=False, comment="form, import or api"),
        sa.Column(
            "voided_at", UtcDateTime(), nullable=True, comment="Set together with by and reason"
        ),
        sa.Column("voided_by", sa.Text(), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.Column(
            "row_version", sa.Integer(), nullable=False, comment="Rises by one with every change"
        ),
        sa.CheckConstraint(
            "source IN ('form', 'api', 'import')", name=op.f("ck_lot_test_source_code")
        ),
        sa.CheckConstraint(
            "state IN ('passed', 'failed', 'pending', 'not_done', 'unknown', 'not_applicable')",
            name=op.f("ck_lot_test_state_code"),
        ),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL)",
            name=op.f("ck_lot_test_voided_at_by_reason_together"),
        ),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["lot.id"], name=op.f("fk_lot_test_lot_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot_test")),
    )
    with op.batch_alter_table("lot_test", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lot_test_lot_id"), ["lot_id"], unique=False)

    op.create_table(
        "biopsy",
        sa.Column("id", Id(), nullable=False),
        sa.Column("patient_id", Id(), nullable=False),
        sa.Column("enrolment_id", Id(), nullable=False),
        sa.Column(
            "site_id", sa.Integer(), nullable=False, comment="Where it was done; never updated"
        ),
        sa.Column("taken_on", sa.Text(), nullable=False, comment="ISO 8601, maybe reduced"),
        sa.Column("taken_on_earliest", sa.Date(), nullable=False, comment="First possible day"),
        sa.Column("taken_on_latest", sa.Date(), nullable=False, comment="Last possible day"),
        sa.Column("classes", sa.Text(), nullable=False, comment="As reported, e.g. III (A/C) + V"),
        sa.Column("activity_index", Entered(), nullable=True, comment="0 to 24"),
        sa.Column("chronicity_index", Entered(), nullable=True, comment="0 to 12"),
        sa.Column("scheme", sa.Text(), nullable=True, comment="ISN/RPS 2003, ISN/RPS 2018 ..."),
        sa.Column("source", sa.Text(), nullable=False, comment="form, import or api"),
        sa.Column(
            "voided_at", UtcDateTime(), nullable=True, comment="Set together with by and reason"
        ),
        sa.Column("voided_by", sa.Text(), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.Column(
            "row_version", sa.Integer(), nullable=False, comment="Rises by one with every change"
        ),
        sa.CheckConstraint(
            "source IN ('form', 'api', 'import')", name=op.f("ck_biopsy_source_code")
        ),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL)",
            name=op.f("ck_biopsy_voided_at_by_reason_together"),
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id", "patient_id", "site_id"],
            ["enrolment.id", "enrolment.patient_id", "enrolment.site_id"],
            name=op.f("fk_biopsy_enrolment_id_patient_id_site_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_biopsy")),
    )
    with op.batch_alter_table("biopsy", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_biopsy_patient_id"), ["patient_id"], unique=False)

    op.create_table(
        "condition",
        sa.Column("id", Id(), nullable=False),
        sa.Column("patient_id", Id(), nullable=False),
        sa.Column("enrolment_id", Id(), nullable=False),
        sa.Column(
            "site_id", sa.Integer(), nullable=False, comment="Where it was done; never updated"
        ),
        sa.Column(
            "condition", sa.Text(), nullable=False, comment="Code of the list, else as typed"
        ),
        sa.Column("onset_on", sa.Text(), nullable=True, comment="ISO 8601, maybe reduced"),
        sa.Column("onset_on_earliest", sa.Date(), nullable=True, comment="First possible day"),
        sa.Column("onset_on_latest", sa.Date(), nullable=True, comment="Last possible day"),
        sa.Column("ended_on", sa.Text(), nullable=True, comment="ISO 8601, maybe reduced"),
        sa.Column("ended_on_earliest", sa.Date(), nullable=True, comment="First possible day"),
        sa.Column("ended_on_latest", sa.Date(), nullable=True, comment="Last possible day"),
        sa.Column("active", sa.Boolean(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False, comment="form, import or api"),
        sa.Column(
            "voided_at", UtcDateTime(), nullable=True, comment="Set together with by and reason"
        ),
        sa.Column("voided_by", sa.Text(), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.Column(
            "row_version", sa.Integer(), nullable=False, comment="Rises by one with every change"
        ),
        sa.CheckConstraint(
            "source IN ('form', 'api', 'import')", name=op.f("ck_condition_source_code")
        ),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL)",
            name=op.f("ck_condition_voided_at_by_reason_together"),
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id", "patient_id", "site_id"],
            ["enrolment.id", "enrolment.patient_id", "enrolment.site_id"],
            name=op.f("fk_condition_enrolment_id_patient_id_site_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_condition")),
    )
    with op.batch_alter_table("condition", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_condition_patient_id"), ["patient_id"], unique=False)

    op.create_table(
        "contact_attempt",
        sa.Column("id", Id(), nullable=False),
        sa.Column("patient_id", Id(), nullable=False),
        sa.Column("enrolment_id", Id(), nullable=False),
        sa.Column(
            "site_id", sa.Integer(), nullable=False, comment="Where it was done; never updated"
        ),
        sa.Column("attempted_at", sa.Text(), nullable=False, comment="ISO 8601, maybe reduced"),
        sa.Column("attempted_at_earliest", sa.Date(), nullable=False, comment="First possible day"),
        sa.Column("attempted_at_latest", sa.Date(), nullable=False, comment="Last possible day"),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False, comment="form, import or api"),
        sa.Column(
            "voided_at", UtcDateTime(), nullable=True, comment="Set together with by and reason"
        ),
        sa.Column("voided_by", sa.Text(), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.Column(
            "row_version", sa.Integer(), nullable=False, comment="Rises by one with every change"
        ),
        sa.CheckConstraint(
            "mode IN ('in_person', 'phone', 'video', 'other')",
            name=op.f("ck_contact_attempt_mode_code"),
        ),
        sa.CheckConstraint(
            "source IN ('form', 'api', 'import')", name=op.f("ck_contact_attempt_source_code")
        ),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL)",
            name=op.f("ck_contact_attempt_voided_at_by_reason_together"),
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id", "patient_id", "site_id"],
            ["enrolment.id", "enrolment.patient_id", "enrolment.site_id"],
            name=op.f("fk_contact_attempt_enrolment_id_patient_id_site_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_attempt")),
    )
    with op.batch_alter_table("contact_attempt", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_contact_attempt_patient_id"), ["patient_id"], unique=False
        )

    op.create_table(
        "flare",
        sa.Column("id", Id(), nullable=False),
        sa.Column("patient_id", Id(), nullable=False),
        sa.Column("enrolment_id", Id(), nullable=False),
        sa.Column(
            "site_id", sa.Integer(), nullable=False, comment="Where it was done; never updated"
        ),
        sa.Column("code", sa.Text(), nullable=False, comment="flare_id of the exchange format"),
        sa.Column("onset_on", sa.Text(), nullable=False, comment="ISO 8601, maybe reduced"),
        sa.Column("onset_on_earliest", sa.Date(), nullable=False, comment="First possible day"),
        sa.Column("onset_on_latest", sa.Date(), nullable=False, comment="Last possible day"),
        sa.Column("ended_on", sa.Text(), nullable=True, comment="ISO 8601, maybe reduced"),
        sa.Column("ended_on_earliest", sa.Date(), nullable=True, comment="First possible day"),
        sa.Column("ended_on_latest", sa.Date(), nullable=True, comment="Last possible day"),
        sa.Column("severity", sa.Text(), nullable=True),
        sa.Column("organs", sa.Text(), nullable=True, comment="Joined by ;"),
        sa.Column("reported_by", sa.Text(), nullable=True, comment="Visit, chart, patient"),
        sa.Column("treatment", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False, comment="form, import or api"),
        sa.Column(
            "voided_at", UtcDateTime(), nullable=True, comment="Set together with by and reason"
        ),
        sa.Column("voided_by", sa.Text(), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.Column(
            "row_version", sa.Integer(), nullable=False, comment="Rises by one with every change"
        ),
        sa.CheckConstraint(
            "source IN ('form', 'api', 'import')", name=op.f("ck_flare_source_code")
        ),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL)",
            name=op.f("ck_flare_voided_at_by_reason_together"),
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id", "patient_id", "site_id"],
            ["enrolment.id", "enrolment.patient_id", "enrolment.site_id"],
            name=op.f("fk_flare_enrolment_id_patient_id_site_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flare")),
        sa.UniqueConstraint("code", name=op.f("uq_flare_code")),
    )
    with op.batch_alter_table("flare", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_flare_patient_id"), ["patient_id"], unique=False)

    op.create_table(
        "pregnancy",
        sa.Column("id", Id(), nullable=False),
        sa.Column("patient_id", Id(), nullable=False),
        sa.Column("enrolment_id", Id(), nullable=False),
        sa.Column(
            "site_id", sa.Integer(), nullable=False, comment="Where it was done; never updated"
        ),
        sa.Column("began_on", sa.Text(), nullable=False, comment="ISO 8601, maybe reduced"),
        sa.Column("began_on_earliest", sa.Date(), nullable=False, comment="First possible day"),
        sa.Column("began_on_latest", sa.Date(), nullable=False, comment="Last possible day"),
        sa.Column("ended_on", sa.Text(), nullable=True, comment="ISO 8601, maybe reduced"),
        sa.Column("ended_on_earliest", sa.Date(), nullable=True, comment="First possible day"),
        sa.Column("ended_on_latest", sa.Date(), nullable=True, comment="Last possible day"),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False, comment="form, import or api"),
        sa.Column(
            "voided_at", UtcDateTime(), nullable=True, comment="Set together with by and reason"
        ),
        sa.Column("voided_by", sa.Text(), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.Column(
            "row_version", sa.Integer(), nullable=False, comment="Rises by one with every change"
        ),
        sa.CheckConstraint(
            "source IN ('form', 'api', 'import')", name=op.f("ck_pregnancy_source_code")
        ),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL)",
            name=op.f("ck_pregnancy_voided_at_by_reason_together"),
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id", "patient_id", "site_id"],
            ["enrolment.id", "enrolment.patient_id", "enrolment.site_id"],
            name=op.f("fk_pregnancy_enrolment_id_patient_id_site_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pregnancy")),
    )
    with op.batch_alter_table("pregnancy", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pregnancy_patient_id"), ["patient_id"], unique=False)

    op.create_table(
        "intercurrent_event",
        sa.Column("id", Id(), nullable=False),
        sa.Column("patient_id", Id(), nullable=False),
        sa.Column("enrolment_id", Id(), nullable=False),
        sa.Column(
            "site_id", sa.Integer(), nullable=False, comment="Where it was done; never updated"
        ),
        sa.Column("course_id", Id(), nullable=True),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("on_date", sa.Text(), nullable=False, comment="ISO 8601, maybe reduced"),
        sa.Column("on_date_earliest", sa.Date(), nullable=False, comment="First possible day"),
        sa.Column("on_date_latest", sa.Date(), nullable=False, comment="Last possible day"),
        sa.Column("planned", sa.Boolean(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False, comment="form, import or api"),
        sa.Column(
            "voided_at", UtcDateTime(), nullable=True, comment="Set together with by and reason"
        ),
        sa.Column("voided_by", sa.Text(), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.Column(
            "row_version", sa.Integer(), nullable=False, comment="Rises by one with every change"
        ),
        sa.CheckConstraint(
            "source IN ('form', 'api', 'import')", name=op.f("ck_intercurrent_event_source_code")
        ),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL)",
            name=op.f("ck_intercurrent_event_voided_at_by_reason_together"),
        ),
        sa.ForeignKeyConstraint(
            ["course_id"],
            ["course.id"],
            name=op.f("fk_intercurrent_event_course_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id", "patient_id", "site_id"],
            ["enrolment.id", "enrolment.patient_id", "enrolment.site_id"],
            name=op.f("fk_intercurrent_event_enrolment_id_patient_id_site_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intercurrent_event")),
    )
    with op.batch_alter_table("intercurrent_event", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_intercurrent_event_course_id"), ["course_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_intercurrent_event_patient_id"), ["patient_id"], unique=False
        )

    op.create_table(
        "laboratory_result",
        sa.Column("id", Id(), nullable=False),
        sa.Column("patient_id", Id(), nullable=False),
        sa.Column("enrolment_id", Id(), nullable=False),
        sa.Column(
            "site_id", sa.Integer(), nullable=False, comment="Where it was done; never updated"
        ),
        sa.Column(
            "code", sa.Text(), nullable=True, comment="lab_id of the exchange format, where given"
        ),
        sa.Column("visit_id", Id(), nullable=True, comment="Visit that recorded it"),
        sa.Column(
            "collected_on",
            sa.Text(),
            nullable=False,
            comment="Sample: time with offset, day, month or year",
        ),
        sa.Column("collected_on_earliest", sa.Date(), nullable=False, comment="First possible day"),
        sa.Column("collected_on_latest", sa.Date(), nullable=False, comment="Last possible day"),
        sa.Column(
            "analyte", sa.Text(), nullable=False, comment="Code of the analyte, else as typed"
        ),
        sa.Column("value", sa.Text(), nullable=True, comment="As typed: a number or in words"),
        sa.Column("unit", sa.Text(), nullable=True, comment="As typed"),
        sa.Column("comparator", sa.Text(), nullable=True, comment="< <= > >= before the value"),
        sa.Column("state", sa.Text(), nullable=True, comment="Why there is no value"),
        sa.Column("lower_limit", Entered(), nullable=True, comment="Of this laboratory, in unit"),
        sa.Column("upper_limit", Entered(), nullable=True, comment="Of this laboratory, in unit"),
        sa.Column("laboratory", sa.Text(), nullable=True),
        sa.Column(
            "canonical_value", Entered(), nullable=True, comment="Derived, in canonical_unit"
        ),
        sa.Column("canonical_unit", sa.Text(), nullable=True, comment="Derived"),
        sa.Column(
            "rule_version",
            sa.Text(),
            nullable=True,
            comment="Version of the rule that derived the canonical value",
        ),
        sa.Column("source", sa.Text(), nullable=False, comment="form, import or api"),
        sa.Column(
            "voided_at", UtcDateTime(), nullable=True, comment="Set together with by and reason"
        ),
        sa.Column("voided_by", sa.Text(), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.Column(
            "row_version", sa.Integer(), nullable=False, comment="Rises by one with every change"
        ),
        sa.CheckConstraint(
            "source IN ('form', 'api', 'import')", name=op.f("ck_laboratory_result_source_code")
        ),
        sa.CheckConstraint(
            "state IN ('not_done', 'pending', 'unknown', 'not_applicable')",
            name=op.f("ck_laboratory_result_state_code"),
        ),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL)",
            name=op.f("ck_laboratory_result_voided_at_by_reason_together"),
        ),
        sa.CheckConstraint(
            "canonical_value IS NULL OR rule_version IS NOT NULL",
            name=op.f("ck_laboratory_result_derived_by_a_rule"),
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id", "patient_id", "site_id"],
            ["enrolment.id", "enrolment.patient_id", "enrolment.site_id"],
            name=op.f("fk_laboratory_result_enrolment_id_patient_id_site_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"],
            ["visit.id"],
            name=op.f("fk_laboratory_result_visit_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_laboratory_result")),
        sa.UniqueConstraint("code", name=op.f("uq_laboratory_result_code")),
    )
    with op.batch_alter_table("laboratory_result", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_laboratory_result_patient_id"), ["patient_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_laboratory_result_visit_id"), ["visit_id"], unique=False
        )

    op.create_table(
        "adjunct",
        sa.Column("id", Id(), nullable=False),
        sa.Column("patient_id", Id(), nullable=False),
        sa.Column("enrolment_id", Id(), nullable=False),
        sa.Column(
            "site_id", sa.Integer(), nullable=False, comment="Where it was done; never updated"
        ),
        sa.Column("infusion_id", Id(), nullable=True),
        sa.Column("adjunct", sa.Text(), nullable=False, comment="What was given, as typed"),
        sa.Column("given_on", sa.Text(), nullable=False, comment="ISO 8601, maybe reduced"),
        sa.Column("given_on_earliest", sa.Date(), nullable=False, comment="First possible day"),
        sa.Column("given_on_latest", sa.Date(), nullable=False, comment="Last possible day"),
        sa.Column("dose", Entered(), nullable=True, comment="In unit"),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("route", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False, comment="form, import or api"),
        sa.Column(
            "voided_at", UtcDateTime(), nullable=True, comment="Set together with by and reason"
        ),
        sa.Column("voided_by", sa.Text(), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.Column(
            "row_version", sa.Integer(), nullable=False, comment="Rises by one with every change"
        ),
        sa.CheckConstraint(
            "route IN ('oral', 'iv', 'im', 'sc', 'topical', 'inhaled', 'intra_articular', 'intra_arterial', 'intraperitoneal', 'intrathecal', 'other')",
            name=op.f("ck_adjunct_route_code"),
        ),
        sa.CheckConstraint(
            "source IN ('form', 'api', 'import')", name=op.f("ck_adjunct_source_code")
        ),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL)",
            name=op.f("ck_adjunct_voided_at_by_reason_together"),
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id", "patient_id", "site_id"],
            ["enrolment.id", "enrolment.patient_id", "enrolment.site_id"],
            name=op.f("fk_adjunct_enrolment_id_patient_id_site_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["infusion_id"],
            ["infusion.id"],
            name=op.f("fk_adjunct_infusion_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adjunct")),
    )
    with op.batch_alter_table("adjunct", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_adjunct_infusion_id"), ["infusion_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_adjunct_patient_id"), ["patient_id"], unique=False)

    op.create_table(
        "adverse_event",
        sa.Column("id", Id(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False, comment="event_id of the exchange format"),
        sa.Column("patient_id", Id(), nullable=True),
        sa.Column("enrolment_id", Id(), nullable=True),
        sa.Column(
            "site_id",
            sa.SmallInteger(),
            nullable=True,
            comment="Where it was reported; never updated",
        ),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("visit_id", Id(), nullable=True, comment="Visit that asked for it"),
        sa.Column("infusion_id", Id(), nullable=True),
        sa.Column("lot_id", Id(), nullable=True),
        sa.Column(
            "verbatim_term", sa.Text(), nullable=False, comment="In the reporter's own words"
        ),
        sa.Column(
            "started_on",
            sa.Text(),
            nullable=True,
            comment="Time with offset, day, month or year, as typed",
        ),
        sa.Column("started_on_earliest", sa.Date(), nullable=True, comment="First possible day"),
        sa.Column("started_on_latest", sa.Date(), nullable=True, comment="Last possible day"),
        sa.Column("ended_on", sa.Text(), nullable=True, comment="As started_on"),
        sa.Column("ended_on_earliest", sa.Date(), nullable=True, comment="First possible day"),
        sa.Column("ended_on_latest", sa.Date(), nullable=True, comment="Last possible day"),
        sa.Column("term", sa.Text(), nullable=True, comment="Coded term, as given"),
        sa.Column("dictionary", sa.Text(), nullable=True),
        sa.Column("dictionary_version", sa.Text(), nullable=True),
        sa.Column("soc", sa.Text(), nullable=True, comment="System organ class, as given"),
        sa.Column("grade", sa.Integer(), nullable=True, comment="Worst, 1 to 5"),
        sa.Column("scale", sa.Text(), nullable=True, comment="Scale and version of the grade"),
        sa.Column("serious", sa.Boolean(), nullable=True),
        sa.Column("seriousness", sa.Text(), nullable=True, comment="Criteria met, joined by ;"),
        sa.Column("expected", sa.Boolean(), nullable=True),
        sa.Column(
            "expected_reference",
            sa.Text(),
            nullable=True,
            comment="Reference safety information and its version",
        ),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("action", sa.Text(), nullable=True, comment="Done with the cell treatment"),
        sa.Column("treatment", sa.Text(), nullable=True, comment="Of the event"),
        sa.Column("solicited", sa.Boolean(), nullable=True, comment="Answer to a fixed question"),
        sa.Column("narrative", sa.Text(), nullable=True),
        sa.Column("site_aware_at", sa.Text(), nullable=True, comment="ISO 8601, maybe reduced"),
        sa.Column("site_aware_at_earliest", sa.Date(), nullable=True, comment="First possible day"),
        sa.Column("site_aware_at_latest", sa.Date(), nullable=True, comment="Last possible day"),
        sa.Column("registry_aware_at", sa.Text(), nullable=True, comment="ISO 8601, maybe reduced"),
        sa.Column(
            "registry_aware_at_earliest", sa.Date(), nullable=True, comment="First possible day"
        ),
        sa.Column(
            "registry_aware_at_latest", sa.Date(), nullable=True, comment="Last possible day"
        ),
        sa.Column("sponsor_aware_at", sa.Text(), nullable=True, comment="ISO 8601, maybe reduced"),
        sa.Column(
            "sponsor_aware_at_earliest", sa.Date(), nullable=True, comment="First possible day"
        ),
        sa.Column("sponsor_aware_at_latest", sa.Date(), nullable=True, comment="Last possible day"),
        sa.Column("passed_on_at", sa.Text(), nullable=True, comment="ISO 8601, maybe reduced"),
        sa.Column("passed_on_at_earliest", sa.Date(), nullable=True, comment="First possible day"),
        sa.Column("passed_on_at_latest", sa.Date(), nullable=True, comment="Last possible day"),
        sa.Column("source", sa.Text(), nullable=False, comment="form, import or api"),
        sa.Column(
            "voided_at", UtcDateTime(), nullable=True, comment="Set together with by and reason"
        ),
        sa.Column("voided_by", sa.Text(), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.Column(
            "row_version", sa.Integer(), nullable=False, comment="Rises by one with every change"
        ),
        sa.CheckConstraint(
            "outcome IN ('recovered', 'recovering', 'not_recovered', 'recovered_with_sequelae', 'fatal', 'unknown')",
            name=op.f("ck_adverse_event_outcome_code"),
        ),
        sa.CheckConstraint(
            "source IN ('form', 'api', 'import')", name=op.f("ck_adverse_event_source_code")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'reported')", name=op.f("ck_adverse_event_state_code")
        ),
        sa.CheckConstraint(
            "(patient_id IS NULL) = (enrolment_id IS NULL)",
            name=op.f("ck_adverse_event_patient_enrolled"),
        ),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL)",
            name=op.f("ck_adverse_event_voided_at_by_reason_together"),
        ),
        sa.CheckConstraint("grade BETWEEN 1 AND 5", name=op.f("ck_adverse_event_grade_range")),
        sa.CheckConstraint(
            "patient_id IS NOT NULL OR lot_id IS NOT NULL",
            name=op.f("ck_adverse_event_patient_or_lot"),
        ),
        sa.CheckConstraint(
            "patient_id IS NULL OR site_id IS NOT NULL",
            name=op.f("ck_adverse_event_patient_at_a_site"),
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id", "patient_id", "site_id"],
            ["enrolment.id", "enrolment.patient_id", "enrolment.site_id"],
            name=op.f("fk_adverse_event_enrolment_id_patient_id_site_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["infusion_id"],
            ["infusion.id"],
            name=op.f("fk_adverse_event_infusion_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["lot.id"], name=op.f("fk_adverse_event_lot_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("fk_adverse_event_site_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.id"], name=op.f("fk_adverse_event_visit_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adverse_event")),
        sa.UniqueConstraint("code", name=op.f("uq_adverse_event_code")),
    )
    with op.batch_alter_table("adverse_event", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_adverse_event_infusion_id"), ["infusion_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_adverse_event_lot_id"), ["lot_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_adverse_event_patient_id"), ["patient_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_adverse_event_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "adverse_event_causality",
        sa.Column("id", Id(), nullable=False),
        sa.Column("event_id", Id(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("assessor", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False, comment="form, import or api"),
        sa.Column(
            "voided_at", UtcDateTime(), nullable=True, comment="Set together with by and reason"
        ),
        sa.Column("voided_by", sa.Text(), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.Column(
            "row_version", sa.Integer(), nullable=False, comment="Rises by one with every change"
        ),
        sa.CheckConstraint(
            "assessor IN ('reporter', 'reviewer')",
            name=op.f("ck_adverse_event_causality_assessor_code"),
        ),
        sa.CheckConstraint(
            "cause IN ('product', 'procedure', 'conditioning', 'concomitant', 'lupus', 'other')",
            name=op.f("ck_adverse_event_causality_cause_code"),
        ),
        sa.CheckConstraint(
            "source IN ('form', 'api', 'import')",
            name=op.f("ck_adverse_event_causality_source_code"),
        ),
        sa.CheckConstraint(
            "verdict IN ('certain', 'probable', 'possible', 'unlikely', 'conditional', 'unassessable', 'related', 'not_related')",
            name=op.f("ck_adverse_event_causality_verdict_code"),
        ),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL)",
            name=op.f("ck_adverse_event_causality_voided_at_by_reason_together"),
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["adverse_event.id"],
            name=op.f("fk_adverse_event_causality_event_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adverse_event_causality")),
    )
    with op.batch_alter_table("adverse_event_causality", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_adverse_event_causality_event_id"), ["event_id"], unique=False
        )

    op.create_table(
        "adverse_event_grade",
        sa.Column("id", Id(), nullable=False),
        sa.Column("event_id", Id(), nullable=False),
        sa.Column("on_date", sa.Text(), nullable=False, comment="ISO 8601, maybe reduced"),
        sa.Column("on_date_earliest", sa.Date(), nullable=False, comment="First possible day"),
        sa.Column("on_date_latest", sa.Date(), nullable=False, comment="Last possible day"),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("serious", sa.Boolean(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False, comment="form, import or api"),
        sa.Column(
            "voided_at", UtcDateTime(), nullable=True, comment="Set together with by and reason"
        ),
        sa.Column("voided_by", sa.Text(), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.Column(
            "row_version", sa.Integer(), nullable=False, comment="Rises by one with every change"
        ),
        sa.CheckConstraint(
            "source IN ('form', 'api', 'import')", name=op.f("ck_adverse_event_grade_source_code")
        ),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL)",
            name=op.f("ck_adverse_event_grade_voided_at_by_reason_together"),
        ),
        sa.CheckConstraint(
            "grade BETWEEN 1 AND 5", name=op.f("ck_adverse_event_grade_grade_range")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["adverse_event.id"],
            name=op.f("fk_adverse_event_grade_event_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adverse_event_grade")),
    )
    with op.batch_alter_table("adverse_event_grade", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_adverse_event_grade_event_id"), ["event_id"], unique=False
        )

    op.create_table(
        "adverse_event_version",
        sa.Column("id", Id(), nullable=False),
        sa.Column("event_id", Id(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True, comment="What is new in this version"),
        sa.Column(
            "aware_at",
            sa.Text(),
            nullable=True,
            comment="When the information of this version reached the site",
        ),
        sa.Column("aware_at_earliest", sa.Date(), nullable=True, comment="First possible day"),
        sa.Column("aware_at_latest", sa.Date(), nullable=True, comment="Last possible day"),
        sa.Column("content", JsonText(), nullable=False, comment="Canonical JSON of the case"),
        sa.Column(
            "row_version", sa.Integer(), nullable=False, comment="Rises by one with every change"
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["adverse_event.id"],
            name=op.f("fk_adverse_event_version_event_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adverse_event_version")),
        sa.UniqueConstraint(
            "event_id", "version", name=op.f("uq_adverse_event_version_event_id_version")
        ),
    )
    for table, columns in ADDED.items():
        for name, kind, comment in columns:
            op.add_column(table, sa.Column(name, kind, nullable=True, comment=comment))
    for table, (name, codes) in CODED.items():
        listed = ", ".join(f"'{code}'" for code in codes.split())
        check = f"CONSTRAINT ck_{table}_{name}_code CHECK ({name} IN ({listed}))"
        op.execute(f"ALTER TABLE {table} ADD COLUMN {name} TEXT {check}")
    op.create_index(op.f("ix_lot_product_name"), "lot", ["product_name"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_lot_product_name"), table_name="lot")
    for table, (name, _) in CODED.items():
        op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
    for table, columns in ADDED.items():
        for name, _, _ in columns:
            op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
    op.drop_table("adverse_event_version")
    op.drop_table("adverse_event_grade")
    op.drop_table("adverse_event_causality")
    op.drop_table("adverse_event")
    op.drop_table("adjunct")
    op.drop_table("laboratory_result")
    op.drop_table("intercurrent_event")
    op.drop_table("pregnancy")
    op.drop_table("flare")
    op.drop_table("contact_attempt")
    op.drop_table("condition")
    op.drop_table("biopsy")
    op.drop_table("lot_test")
    op.drop_table("lot_decision")
    op.drop_table("laboratory_limit")
    op.drop_table("product")
