"""Create the registry.

No rows exist before; a downgrade loses all of them, the trail included.
"""

import sqlalchemy as sa
from alembic import op

from registry.database.types import Entered, Exact, Id, JsonText, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "access_log",
        sa.Column("id", Id(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("detail", JsonText(), nullable=True),
        sa.Column("request", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_log")),
    )
    with op.batch_alter_table("access_log", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_access_log_at"), ["at"], unique=False)

    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "audit_tx",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tx", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("request", sa.Text(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False, comment="Entries of this transaction"),
        sa.Column(
            "digest",
            sa.String(length=64),
            nullable=False,
            comment="SHA-256 of the entries, in order",
        ),
        sa.Column("prev", sa.String(length=64), nullable=False),
        sa.Column("mac", sa.String(length=64), nullable=False, comment="HMAC-SHA256 of the seal"),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_tx")),
        sa.UniqueConstraint("prev", name=op.f("uq_audit_tx_prev")),
        sa.UniqueConstraint("tx", name=op.f("uq_audit_tx_tx")),
    )
    op.create_table(
        "lot",
        sa.Column("id", Id(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False, comment="lot_id of the exchange format"),
        sa.Column("cell_type", sa.Text(), nullable=False),
        sa.Column("product_name", sa.Text(), nullable=True),
        sa.Column("tissue_source", sa.Text(), nullable=True),
        sa.Column("donor_type", sa.Text(), nullable=True),
        sa.Column("donor_id", sa.Text(), nullable=True),
        sa.Column("din", sa.Text(), nullable=True, comment="Donation Identification Number"),
        sa.Column("sec", sa.Text(), nullable=True, comment="Single European Code"),
        sa.Column("passage", sa.Text(), nullable=True),
        sa.Column("viability_percent", Entered(), nullable=True, comment="0 to 100 %"),
        sa.Column("manufactured_on", sa.Text(), nullable=True, comment="ISO 8601, maybe reduced"),
        sa.Column(
            "manufactured_on_earliest", sa.Date(), nullable=True, comment="First possible day"
        ),
        sa.Column("manufactured_on_latest", sa.Date(), nullable=True, comment="Last possible day"),
        sa.Column("expires_on", sa.Text(), nullable=True, comment="ISO 8601, maybe reduced"),
        sa.Column("expires_on_earliest", sa.Date(), nullable=True, comment="First possible day"),
        sa.Column("expires_on_latest", sa.Date(), nullable=True, comment="Last possible day"),
        sa.Column("release_status", sa.Text(), nullable=True),
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
            name=op.f("ck_lot_cell_type_code"),
        ),
        sa.CheckConstraint(
            "donor_type IN ('autologous', 'allogeneic')", name=op.f("ck_lot_donor_type_code")
        ),
        sa.CheckConstraint("source IN ('form', 'api', 'import')", name=op.f("ck_lot_source_code")),
        sa.CheckConstraint(
            "tissue_source IN ('umbilical_cord', 'whartons_jelly', 'cord_blood', 'bone_marrow', 'adipose', 'placenta', 'amnion', 'peripheral_blood', 'other')",
            name=op.f("ck_lot_tissue_source_code"),
        ),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL)",
            name=op.f("ck_lot_voided_at_by_reason_together"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot")),
        sa.UniqueConstraint("code", name=op.f("uq_lot_code")),
    )
    op.create_table(
        "patient",
        sa.Column("id", Id(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False, comment="patient_id of the exchange format"),
        sa.Column("sex", sa.Text(), nullable=False, comment="Sex at birth"),
        sa.Column("birth_date", sa.Text(), nullable=True, comment="ISO 8601, maybe reduced"),
        sa.Column("birth_date_earliest", sa.Date(), nullable=True, comment="First possible day"),
        sa.Column("birth_date_latest", sa.Date(), nullable=True, comment="Last possible day"),
        sa.Column("ancestry", sa.Text(), nullable=True, comment="In the patient's own words"),
        sa.Column("first_symptom_on", sa.Text(), nullable=True, comment="ISO 8601, maybe reduced"),
        sa.Column(
            "first_symptom_on_earliest", sa.Date(), nullable=True, comment="First possible day"
        ),
        sa.Column("first_symptom_on_latest", sa.Date(), nullable=True, comment="Last possible day"),
        sa.Column("sle_diagnosed_on", sa.Text(), nullable=True, comment="ISO 8601, maybe reduced"),
        sa.Column(
            "sle_diagnosed_on_earliest", sa.Date(), nullable=True, comment="First possible day"
        ),
        sa.Column("sle_diagnosed_on_latest", sa.Date(), nullable=True, comment="Last possible day"),
        sa.Column(
            "last_known_alive_on", sa.Text(), nullable=True, comment="ISO 8601, maybe reduced"
        ),
        sa.Column(
            "last_known_alive_on_earliest", sa.Date(), nullable=True, comment="First possible day"
        ),
        sa.Column(
            "last_known_alive_on_latest", sa.Date(), nullable=True, comment="Last possible day"
        ),
        sa.Column("death_on", sa.Text(), nullable=True, comment="ISO 8601, maybe reduced"),
        sa.Column("death_on_earliest", sa.Date(), nullable=True, comment="First possible day"),
        sa.Column("death_on_latest", sa.Date(), nullable=True, comment="Last possible day"),
        sa.Column("death_cause", sa.Text(), nullable=True),
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
            "sex IN ('female', 'male', 'intersex', 'unknown')", name=op.f("ck_patient_sex_code")
        ),
        sa.CheckConstraint(
            "source IN ('form', 'api', 'import')", name=op.f("ck_patient_source_code")
        ),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL)",
            name=op.f("ck_patient_voided_at_by_reason_together"),
        ),
        sa.CheckConstraint("length(code) BETWEEN 1 AND 40", name=op.f("ck_patient_code_length")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient")),
        sa.UniqueConstraint("code", name=op.f("uq_patient_code")),
    )
    op.create_table(
        "sign_in_throttle",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("window_started_at", UtcDateTime(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sign_in_throttle")),
    )
    op.create_table(
        "site",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=True, comment="ISO 3166 code or own words"),
        sa.Column("time_zone", sa.Text(), nullable=True, comment="IANA name, e.g. Europe/Paris"),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("code", name=op.f("uq_site_code")),
    )
    op.create_table(
        "user_account",
        sa.Column("id", Id(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False, comment="Lower case, as typed at sign-in"),
        sa.Column(
            "printed_name", sa.Text(), nullable=False, comment="The name that signatures show"
        ),
        sa.Column("password_hash", sa.Text(), nullable=False, comment="argon2id"),
        sa.Column("disabled_at", UtcDateTime(), nullable=True),
        sa.Column(
            "row_version", sa.Integer(), nullable=False, comment="Rises by one with every change"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("username", name=op.f("uq_user_account_username")),
    )
    op.create_table(
        "audit_entry",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("tx", sa.String(length=32), nullable=False),
        sa.Column("tbl", sa.Text(), nullable=False),
        sa.Column("row_id", sa.Text(), nullable=False),
        sa.Column(
            "op",
            sa.String(length=1),
            nullable=False,
            comment="I insert, U update, X table dropped by a migration",
        ),
        sa.Column("old", sa.Text(), nullable=True),
        sa.Column("new", sa.Text(), nullable=True),
        sa.CheckConstraint("op IN ('I', 'U', 'X')", name=op.f("ck_audit_entry_op")),
        sa.ForeignKeyConstraint(
            ["tx"],
            ["audit_tx.tx"],
            name=op.f("fk_audit_entry_tx"),
            ondelete="RESTRICT",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_audit_entry_tbl_row_id_id"), ["tbl", "row_id", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_audit_entry_tx_id"), ["tx", "id"], unique=False)

    op.create_table(
        "consent",
        sa.Column("id", Id(), nullable=False),
        sa.Column("patient_id", Id(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Text(), nullable=False, comment="ISO 8601, maybe reduced"),
        sa.Column("decided_on_earliest", sa.Date(), nullable=False, comment="First possible day"),
        sa.Column("decided_on_latest", sa.Date(), nullable=False, comment="Last possible day"),
        sa.Column("scopes", sa.Text(), nullable=True),
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
            "decision IN ('given', 'declined', 'withdrawn')", name=op.f("ck_consent_decision_code")
        ),
        sa.CheckConstraint(
            "source IN ('form', 'api', 'import')", name=op.f("ck_consent_source_code")
        ),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL)",
            name=op.f("ck_consent_voided_at_by_reason_together"),
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_consent_patient_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consent_patient_id"), ["patient_id"], unique=False)

    op.create_table(
        "draft",
        sa.Column("id", Id(), nullable=False),
        sa.Column("user_id", Id(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False, comment="Patient or visit code"),
        sa.Column("fields", JsonText(), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_draft_user_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint(
            "user_id", "form", "subject", name=op.f("uq_draft_user_id_form_subject")
        ),
    )
    op.create_table(
        "enrolment",
        sa.Column("id", Id(), nullable=False),
        sa.Column("patient_id", Id(), nullable=False),
        sa.Column("site_id", sa.SmallInteger(), nullable=False),
        sa.Column("from_on", sa.Text(), nullable=False, comment="ISO 8601, maybe reduced"),
        sa.Column("from_on_earliest", sa.Date(), nullable=False, comment="First possible day"),
        sa.Column("from_on_latest", sa.Date(), nullable=False, comment="Last possible day"),
        sa.Column("to_on", sa.Text(), nullable=True, comment="ISO 8601, maybe reduced"),
        sa.Column("to_on_earliest", sa.Date(), nullable=True, comment="First possible day"),
        sa.Column("to_on_latest", sa.Date(), nullable=True, comment="Last possible day"),
        sa.Column("ascertainment", sa.Text(), nullable=True, comment="As given; empty is derived"),
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
            "ascertainment IN ('prospective', 'early', 'retrospective')",
            name=op.f("ck_enrolment_ascertainment_code"),
        ),
        sa.CheckConstraint(
            "source IN ('form', 'api', 'import')", name=op.f("ck_enrolment_source_code")
        ),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL)",
            name=op.f("ck_enrolment_voided_at_by_reason_together"),
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patient.id"],
            name=op.f("fk_enrolment_patient_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("fk_enrolment_site_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment")),
        sa.UniqueConstraint(
            "id", "patient_id", "site_id", name=op.f("uq_enrolment_id_patient_id_site_id")
        ),
    )
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_enrolment_site_id_patient_id", ["site_id", "patient_id"], unique=False
        )
        batch_op.create_index(
            "uq_enrolment_start",
            ["patient_id", "site_id", "from_on"],
            unique=True,
            sqlite_where=sa.text("voided_at IS NULL"),
            postgresql_where=sa.text("voided_at IS NULL"),
        )

    op.create_table(
        "patient_status",
        sa.Column("id", Id(), nullable=False),
        sa.Column("patient_id", Id(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("on_date", sa.Text(), nullable=False, comment="ISO 8601, maybe reduced"),
        sa.Column("on_date_earliest", sa.Date(), nullable=False, comment="First possible day"),
        sa.Column("on_date_latest", sa.Date(), nullable=False, comment="Last possible day"),
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
            "source IN ('form', 'api', 'import')", name=op.f("ck_patient_status_source_code")
        ),
        sa.CheckConstraint(
            "status IN ('active', 'lost', 'withdrew_visits', 'withdrew_consent', 'erasure_requested', 'transferred', 'completed', 'died')",
            name=op.f("ck_patient_status_status_code"),
        ),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL)",
            name=op.f("ck_patient_status_voided_at_by_reason_together"),
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patient.id"],
            name=op.f("fk_patient_status_patient_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient_status")),
    )
    with op.batch_alter_table("patient_status", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_patient_status_patient_id"), ["patient_id"], unique=False
        )

    op.create_table(
        "role_grant",
        sa.Column("id", Id(), nullable=False),
        sa.Column("user_id", Id(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("site_id", sa.SmallInteger(), nullable=True),
        sa.Column("granted_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.Column(
            "row_version", sa.Integer(), nullable=False, comment="Rises by one with every change"
        ),
        sa.CheckConstraint(
            "role IN ('clinician', 'coordinator', 'data_manager', 'administrator', 'auditor')",
            name=op.f("ck_role_grant_role_code"),
        ),
        sa.CheckConstraint(
            "role NOT IN ('clinician', 'coordinator') OR site_id IS NOT NULL",
            name=op.f("ck_role_grant_site_roles_name_a_site"),
        ),
        sa.CheckConstraint(
            "role NOT IN ('data_manager', 'administrator') OR site_id IS NULL",
            name=op.f("ck_role_grant_registry_roles_name_no_site"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("fk_role_grant_site_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_role_grant_user_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
    )
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.create_index(
            "uq_role_grant_at_site",
            ["user_id", "role", "site_id"],
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL AND site_id IS NOT NULL"),
            postgresql_where=sa.text("revoked_at IS NULL AND site_id IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_role_grant_registry_wide",
            ["user_id", "role"],
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL AND site_id IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL AND site_id IS NULL"),
        )

    op.create_table(
        "submission",
        sa.Column("id", Id(), nullable=False),
        sa.Column("user_id", Id(), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("body_sha256", sa.Text(), nullable=False),
        sa.Column("result_url", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_submission_user_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
    )
    op.create_table(
        "user_session",
        sa.Column("id", Id(), nullable=False),
        sa.Column("token_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("user_id", Id(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("last_seen_at", UtcDateTime(), nullable=False),
        sa.Column(
            "expires_at",
            UtcDateTime(),
            nullable=False,
            comment="Absolute end, whatever the activity",
        ),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_user_session_user_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_session")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_user_session_token_sha256")),
    )
    with op.batch_alter_table("user_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_user_session_user_id"), ["user_id"], unique=False)

    op.create_table(
        "course",
        sa.Column("id", Id(), nullable=False),
        sa.Column("patient_id", Id(), nullable=False),
        sa.Column("enrolment_id", Id(), nullable=False),
        sa.Column(
            "site_id", sa.Integer(), nullable=False, comment="Where it was done; never updated"
        ),
        sa.Column("code", sa.Text(), nullable=False, comment="course_id of the exchange format"),
        sa.Column("indication", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("legal_basis", sa.Text(), nullable=True),
        sa.Column("trial", sa.Text(), nullable=True, comment="Trial number"),
        sa.Column("started_on", sa.Text(), nullable=True, comment="ISO 8601, maybe reduced"),
        sa.Column("started_on_earliest", sa.Date(), nullable=True, comment="First possible day"),
        sa.Column("started_on_latest", sa.Date(), nullable=True, comment="Last possible day"),
        sa.Column("planned_infusions", sa.Integer(), nullable=True),
        sa.Column("conditioning", sa.Text(), nullable=True),
        sa.Column("mobilised_on", sa.Text(), nullable=True, comment="ISO 8601, maybe reduced"),
        sa.Column("mobilised_on_earliest", sa.Date(), nullable=True, comment="First possible day"),
        sa.Column("mobilised_on_latest", sa.Date(), nullable=True, comment="Last possible day"),
        sa.Column("engrafted_on", sa.Text(), nullable=True, comment="ISO 8601, maybe reduced"),
        sa.Column("engrafted_on_earliest", sa.Date(), nullable=True, comment="First possible day"),
        sa.Column("engrafted_on_latest", sa.Date(), nullable=True, comment="Last possible day"),
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
            "legal_basis IN ('trial', 'authorised', 'hospital_exemption', 'compassionate', 'minimally_manipulated', 'unapproved_commercial', 'unknown')",
            name=op.f("ck_course_legal_basis_code"),
        ),
        sa.CheckConstraint(
            "source IN ('form', 'api', 'import')", name=op.f("ck_course_source_code")
        ),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL)",
            name=op.f("ck_course_voided_at_by_reason_together"),
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id", "patient_id", "site_id"],
            ["enrolment.id", "enrolment.patient_id", "enrolment.site_id"],
            name=op.f("fk_course_enrolment_id_patient_id_site_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course")),
        sa.UniqueConstraint("code", name=op.f("uq_course_code")),
    )
    with op.batch_alter_table("course", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_course_patient_id"), ["patient_id"], unique=False)

    op.create_table(
        "reported_endpoint",
        sa.Column("id", Id(), nullable=False),
        sa.Column("patient_id", Id(), nullable=False),
        sa.Column("enrolment_id", Id(), nullable=False),
        sa.Column(
            "site_id", sa.Integer(), nullable=False, comment="Where it was done; never updated"
        ),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("timepoint", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("assessed_on", sa.Text(), nullable=True, comment="ISO 8601, maybe reduced"),
        sa.Column("assessed_on_earliest", sa.Date(), nullable=True, comment="First possible day"),
        sa.Column("assessed_on_latest", sa.Date(), nullable=True, comment="Last possible day"),
        sa.Column("origin", sa.Text(), nullable=True),
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
            "source IN ('form', 'api', 'import')", name=op.f("ck_reported_endpoint_source_code")
        ),
        sa.CheckConstraint(
            "state IN ('met', 'not_met', 'indeterminate', 'not_evaluable')",
            name=op.f("ck_reported_endpoint_state_code"),
        ),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL)",
            name=op.f("ck_reported_endpoint_voided_at_by_reason_together"),
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id", "patient_id", "site_id"],
            ["enrolment.id", "enrolment.patient_id", "enrolment.site_id"],
            name=op.f("fk_reported_endpoint_enrolment_id_patient_id_site_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reported_endpoint")),
    )
    with op.batch_alter_table("reported_endpoint", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_reported_endpoint_patient_id"), ["patient_id"], unique=False
        )
        batch_op.create_index(
            "uq_reported_endpoint",
            ["patient_id", "definition", "timepoint"],
            unique=True,
            sqlite_where=sa.text("voided_at IS NULL"),
            postgresql_where=sa.text("voided_at IS NULL"),
        )

    op.create_table(
        "visit",
        sa.Column("id", Id(), nullable=False),
        sa.Column("patient_id", Id(), nullable=False),
        sa.Column("enrolment_id", Id(), nullable=False),
        sa.Column(
            "site_id", sa.Integer(), nullable=False, comment="Where it was done; never updated"
        ),
        sa.Column("code", sa.Text(), nullable=False, comment="visit_id of the exchange format"),
        sa.Column("visited_on", sa.Text(), nullable=True, comment="ISO 8601, maybe reduced"),
        sa.Column("visited_on_earliest", sa.Date(), nullable=True, comment="First possible day"),
        sa.Column("visited_on_latest", sa.Date(), nullable=True, comment="Last possible day"),
        sa.Column(
            "timepoint", sa.Text(), nullable=True, comment="As given; the derived one is used"
        ),
        sa.Column("attendance", sa.Text(), nullable=True, comment="Empty = done when dated"),
        sa.Column("reason", sa.Text(), nullable=True, comment="Why missed or not expected"),
        sa.Column("contact_mode", sa.Text(), nullable=True),
        sa.Column("assessor", sa.Text(), nullable=True),
        sa.Column(
            "signed_elsewhere_by", sa.Text(), nullable=True, comment="Imported text, no Signature"
        ),
        sa.Column(
            "signed_elsewhere_at", sa.Text(), nullable=True, comment="Imported text, no Signature"
        ),
        sa.Column(
            "signed_version",
            sa.Integer(),
            nullable=False,
            comment="0 = not signed here; n = the n-th signed version is in force",
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
            "assessor IN ('treating_clinic', 'independent_rheumatologist', 'blinded', 'other')",
            name=op.f("ck_visit_assessor_code"),
        ),
        sa.CheckConstraint(
            "attendance <> 'done' OR visited_on IS NOT NULL",
            name=op.f("ck_visit_done_visits_have_a_date"),
        ),
        sa.CheckConstraint(
            "attendance IN ('done', 'missed', 'not_expected')",
            name=op.f("ck_visit_attendance_code"),
        ),
        sa.CheckConstraint(
            "contact_mode IN ('in_person', 'phone', 'video', 'other')",
            name=op.f("ck_visit_contact_mode_code"),
        ),
        sa.CheckConstraint(
            "source IN ('form', 'api', 'import')", name=op.f("ck_visit_source_code")
        ),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL)",
            name=op.f("ck_visit_voided_at_by_reason_together"),
        ),
        sa.CheckConstraint(
            "signed_version >= 0", name=op.f("ck_visit_signed_version_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id", "patient_id", "site_id"],
            ["enrolment.id", "enrolment.patient_id", "enrolment.site_id"],
            name=op.f("fk_visit_enrolment_id_patient_id_site_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
        sa.UniqueConstraint("code", name=op.f("uq_visit_code")),
    )
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_patient_id"), ["patient_id"], unique=False)

    op.create_table(
        "assessment",
        sa.Column("id", Id(), nullable=False),
        sa.Column("patient_id", Id(), nullable=False),
        sa.Column("enrolment_id", Id(), nullable=False),
        sa.Column(
            "site_id", sa.Integer(), nullable=False, comment="Where it was done; never updated"
        ),
        sa.Column("visit_id", Id(), nullable=False),
        sa.Column("instrument", sa.Text(), nullable=False),
        sa.Column(
            "rule_version",
            sa.Text(),
            nullable=False,
            comment="Version of the rule that derived the rest",
        ),
        sa.Column("assessed_on", sa.Text(), nullable=True, comment="ISO 8601, maybe reduced"),
        sa.Column("assessed_on_earliest", sa.Date(), nullable=True, comment="First possible day"),
        sa.Column("assessed_on_latest", sa.Date(), nullable=True, comment="Last possible day"),
        sa.Column(
            "answers",
            JsonText(),
            nullable=True,
            comment="JSON array in the declared item order; null = not assessed",
        ),
        sa.Column(
            "reasons",
            JsonText(),
            nullable=True,
            comment="JSON object: item code → why it was not assessed",
        ),
        sa.Column("total", Exact(2, 18), nullable=True, comment="Empty while incomplete"),
        sa.Column("known_points", Exact(2, 18), nullable=True, comment="Sum of known items"),
        sa.Column(
            "max_possible",
            Exact(2, 18),
            nullable=True,
            comment="Total if every unassessed item were present",
        ),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("parts", JsonText(), nullable=True, comment="Derived parts, JSON"),
        sa.Column(
            "total_only", sa.Boolean(), nullable=False, comment="A historic total without its items"
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
            "source IN ('form', 'api', 'import')", name=op.f("ck_assessment_source_code")
        ),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL)",
            name=op.f("ck_assessment_voided_at_by_reason_together"),
        ),
        sa.CheckConstraint(
            "NOT total_only OR complete", name=op.f("ck_assessment_historic_total_is_complete")
        ),
        sa.CheckConstraint(
            "complete OR total IS NULL", name=op.f("ck_assessment_no_total_while_incomplete")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id", "patient_id", "site_id"],
            ["enrolment.id", "enrolment.patient_id", "enrolment.site_id"],
            name=op.f("fk_assessment_enrolment_id_patient_id_site_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.id"], name=op.f("fk_assessment_visit_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
    )
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assessment_patient_id"), ["patient_id"], unique=False)
        batch_op.create_index(
            "uq_assessment_visit_instrument",
            ["visit_id", "instrument"],
            unique=True,
            sqlite_where=sa.text("voided_at IS NULL"),
            postgresql_where=sa.text("voided_at IS NULL"),
        )

    op.create_table(
        "infusion",
        sa.Column("id", Id(), nullable=False),
        sa.Column("patient_id", Id(), nullable=False),
        sa.Column("enrolment_id", Id(), nullable=False),
        sa.Column(
            "site_id", sa.Integer(), nullable=False, comment="Where it was done; never updated"
        ),
        sa.Column("code", sa.Text(), nullable=False, comment="infusion_id of the exchange format"),
        sa.Column("course_id", Id(), nullable=True),
        sa.Column(
            "started_at",
            sa.Text(),
            nullable=False,
            comment="Time with offset, day, month or year, as typed",
        ),
        sa.Column("started_at_earliest", sa.Date(), nullable=False, comment="First possible day"),
        sa.Column("started_at_latest", sa.Date(), nullable=False, comment="Last possible day"),
        sa.Column("sequence", sa.Integer(), nullable=True, comment="1 for the first of the course"),
        sa.Column("cell_type", sa.Text(), nullable=False),
        sa.Column("tissue_source", sa.Text(), nullable=True),
        sa.Column("donor_type", sa.Text(), nullable=True),
        sa.Column("dose_total_cells", Entered(), nullable=True, comment="Cells given in all"),
        sa.Column("weight_kg", Entered(), nullable=True, comment="kg"),
        sa.Column("weighed_on", sa.Text(), nullable=True, comment="ISO 8601, maybe reduced"),
        sa.Column("weighed_on_earliest", sa.Date(), nullable=True, comment="First possible day"),
        sa.Column("weighed_on_latest", sa.Date(), nullable=True, comment="Last possible day"),
        sa.Column("dose_cells_per_kg", Entered(), nullable=True, comment="Cells per kg"),
        sa.Column("route", sa.Text(), nullable=True),
        sa.Column("premedication", sa.Text(), nullable=True),
        sa.Column("concomitant", sa.Text(), nullable=True),
        sa.Column("reaction", sa.Text(), nullable=True),
        sa.Column("cost_amount", Entered(), nullable=True),
        sa.Column("cost_currency", sa.Text(), nullable=True, comment="ISO 4217"),
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
            name=op.f("ck_infusion_cell_type_code"),
        ),
        sa.CheckConstraint(
            "donor_type IN ('autologous', 'allogeneic')", name=op.f("ck_infusion_donor_type_code")
        ),
        sa.CheckConstraint(
            "route IN ('oral', 'iv', 'im', 'sc', 'topical', 'inhaled', 'intra_articular', 'intra_arterial', 'intraperitoneal', 'intrathecal', 'other')",
            name=op.f("ck_infusion_route_code"),
        ),
        sa.CheckConstraint(
            "source IN ('form', 'api', 'import')", name=op.f("ck_infusion_source_code")
        ),
        sa.CheckConstraint(
            "tissue_source IN ('umbilical_cord', 'whartons_jelly', 'cord_blood', 'bone_marrow', 'adipose', 'placenta', 'amnion', 'peripheral_blood', 'other')",
            name=op.f("ck_infusion_tissue_source_code"),
        ),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL)",
            name=op.f("ck_infusion_voided_at_by_reason_together"),
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_infusion_course_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id", "patient_id", "site_id"],
            ["enrolment.id", "enrolment.patient_id", "enrolment.site_id"],
            name=op.f("fk_infusion_enrolment_id_patient_id_site_id"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_infusion")),
        sa.UniqueConstraint("code", name=op.f("uq_infusion_code")),
    )
    with op.batch_alter_table("infusion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_infusion_course_id"), ["course_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_infusion_patient_id"), ["patient_id"], unique=False)

    op.create_table(
        "medication",
        sa.Column("id", Id(), nullable=False),
        sa.Column("patient_id", Id(), nullable=False),
        sa.Column("enrolment_id", Id(), nullable=False),
        sa.Column(
            "site_id", sa.Integer(), nullable=False, comment="Where it was done; never updated"
        ),
        sa.Column(
            "code",
            sa.Text(),
            nullable=True,
            comment="medication_id of the exchange format, where given",
        ),
        sa.Column("visit_id", Id(), nullable=True, comment="Visit that recorded it"),
        sa.Column(
            "drug", sa.Text(), nullable=False, comment="As typed; steroids are recognised by name"
        ),
        sa.Column("started_on", sa.Text(), nullable=False, comment="ISO 8601, maybe reduced"),
        sa.Column("started_on_earliest", sa.Date(), nullable=False, comment="First possible day"),
        sa.Column("started_on_latest", sa.Date(), nullable=False, comment="Last possible day"),
        sa.Column("ended_on", sa.Text(), nullable=True, comment="ISO 8601, maybe reduced"),
        sa.Column("ended_on_earliest", sa.Date(), nullable=True, comment="First possible day"),
        sa.Column("ended_on_latest", sa.Date(), nullable=True, comment="Last possible day"),
        sa.Column("dose", Entered(), nullable=True, comment="Per intake, in unit"),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("per_day", Entered(), nullable=True, comment="Intakes per day"),
        sa.Column("daily_dose", Entered(), nullable=True, comment="Per day, in unit"),
        sa.Column("route", sa.Text(), nullable=True),
        sa.Column("pulse", sa.Boolean(), nullable=True),
        sa.Column("as_needed", sa.Boolean(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("stop_reason", sa.Text(), nullable=True),
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
            name=op.f("ck_medication_route_code"),
        ),
        sa.CheckConstraint(
            "source IN ('form', 'api', 'import')", name=op.f("ck_medication_source_code")
        ),
        sa.CheckConstraint(
            "(voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL)",
            name=op.f("ck_medication_voided_at_by_reason_together"),
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id", "patient_id", "site_id"],
            ["enrolment.id", "enrolment.patient_id", "enrolment.site_id"],
            name=op.f("fk_medication_enrolment_id_patient_id_site_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.id"], name=op.f("fk_medication_visit_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_medication")),
        sa.UniqueConstraint("code", name=op.f("uq_medication_code")),
    )
    with op.batch_alter_table("medication", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_medication_patient_id"), ["patient_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_medication_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "signature",
        sa.Column("id", Id(), nullable=False),
        sa.Column("visit_id", Id(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("user_id", Id(), nullable=False),
        sa.Column("printed_name", sa.Text(), nullable=False, comment="As it stood when signing"),
        sa.Column("meaning", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True, comment="Why the signed visit was amended"),
        sa.Column("signed_at", UtcDateTime(), nullable=False),
        sa.Column(
            "content", sa.Text(), nullable=False, comment="Canonical JSON of what was signed"
        ),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column(
            "replaced",
            sa.Text(),
            nullable=True,
            comment="Canonical JSON of an imported visit, before its first amendment here",
        ),
        sa.Column(
            "row_version", sa.Integer(), nullable=False, comment="Rises by one with every change"
        ),
        sa.CheckConstraint(
            "meaning IN ('authorship', 'review', 'amendment')",
            name=op.f("ck_signature_meaning_code"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_signature_user_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.id"], name=op.f("fk_signature_visit_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature")),
        sa.UniqueConstraint("visit_id", "version", name=op.f("uq_signature_visit_id_version")),
    )
    op.create_table(
        "infusion_lot",
        sa.Column("id", Id(), nullable=False),
        sa.Column("infusion_id", Id(), nullable=False),
        sa.Column("lot_id", Id(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column(
            "row_version", sa.Integer(), nullable=False, comment="Rises by one with every change"
        ),
        sa.ForeignKeyConstraint(
            ["infusion_id"],
            ["infusion.id"],
            name=op.f("fk_infusion_lot_infusion_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["lot.id"], name=op.f("fk_infusion_lot_lot_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_infusion_lot")),
        sa.UniqueConstraint(
            "infusion_id", "lot_id", name=op.f("uq_infusion_lot_infusion_id_lot_id")
        ),
    )
    with op.batch_alter_table("infusion_lot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_infusion_lot_lot_id"), ["lot_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("infusion_lot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_infusion_lot_lot_id"))

    op.drop_table("infusion_lot")
    op.drop_table("signature")
    with op.batch_alter_table("medication", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_medication_visit_id"))
        batch_op.drop_index(batch_op.f("ix_medication_patient_id"))

    op.drop_table("medication")
    with op.batch_alter_table("infusion", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_infusion_patient_id"))
        batch_op.drop_index(batch_op.f("ix_infusion_course_id"))

    op.drop_table("infusion")
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_assessment_visit_instrument",
            sqlite_where=sa.text("voided_at IS NULL"),
            postgresql_where=sa.text("voided_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_assessment_patient_id"))

    op.drop_table("assessment")
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visit_patient_id"))

    op.drop_table("visit")
    with op.batch_alter_table("reported_endpoint", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_reported_endpoint",
            sqlite_where=sa.text("voided_at IS NULL"),
            postgresql_where=sa.text("voided_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_reported_endpoint_patient_id"))

    op.drop_table("reported_endpoint")
    with op.batch_alter_table("course", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_course_patient_id"))

    op.drop_table("course")
    with op.batch_alter_table("user_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_user_session_user_id"))

    op.drop_table("user_session")
    op.drop_table("submission")
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_role_grant_registry_wide",
            sqlite_where=sa.text("revoked_at IS NULL AND site_id IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL AND site_id IS NULL"),
        )
        batch_op.drop_index(
            "uq_role_grant_at_site",
            sqlite_where=sa.text("revoked_at IS NULL AND site_id IS NOT NULL"),
            postgresql_where=sa.text("revoked_at IS NULL AND site_id IS NOT NULL"),
        )

    op.drop_table("role_grant")
    with op.batch_alter_table("patient_status", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_patient_status_patient_id"))

    op.drop_table("patient_status")
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_enrolment_start",
            sqlite_where=sa.text("voided_at IS NULL"),
            postgresql_where=sa.text("voided_at IS NULL"),
        )
        batch_op.drop_index("ix_enrolment_site_id_patient_id")

    op.drop_table("enrolment")
    op.drop_table("draft")
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consent_patient_id"))

    op.drop_table("consent")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_entry_tx_id"))
        batch_op.drop_index(batch_op.f("ix_audit_entry_tbl_row_id_id"))

    op.drop_table("audit_entry")
    op.drop_table("user_account")
    op.drop_table("site")
    op.drop_table("sign_in_throttle")
    op.drop_table("patient")
    op.drop_table("lot")
    op.drop_table("audit_tx")
    op.drop_table("audit_head")
    with op.batch_alter_table("access_log", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_access_log_at"))

    op.drop_table("access_log")
