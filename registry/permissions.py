"""Who may do what: roles, permissions and the grants between them, as data.

The only module that names roles. A route without an entry in ``registry.views.ROUTES``
does not start; row scope is applied where rows are loaded (``registry.queries.scope``).
"""

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    CLINICIAN = "clinician"  # per site
    COORDINATOR = "coordinator"  # one or more sites
    DATA_MANAGER = "data_manager"  # the whole registry, pseudonymised
    ADMINISTRATOR = "administrator"  # sites, users, settings; no clinical data
    AUDITOR = "auditor"  # per site or the whole registry; changes nothing


class Permission(StrEnum):
    PATIENT_READ = "patient:read"  # clinical rows in reach
    PATIENT_WRITE = "patient:write"  # enrol, record treatment, visits, medicines at one's own site
    VISIT_SIGN = "visit:sign"  # sign and amend
    PRODUCT_READ = "product:read"  # products and lots, which belong to no site
    PRODUCT_WRITE = "product:write"  # describe products, lots and their release tests
    LOT_DECIDE = "lot:decide"  # release, quarantine, recall
    COHORT_READ = "cohort:read"  # counts, summaries and cohort figures of the sites in reach
    EXPORT = "export:pseudonymised"  # files that leave the registry
    IMPORT = "import:write"  # exchange folders
    AUDIT_READ = "audit:read"  # who changed what
    ADMIN = "admin:write"  # sites, accounts, roles


ROLE_TITLES: Mapping[Role, str] = {
    Role.CLINICIAN: "Clinician",
    Role.COORDINATOR: "Coordinator",
    Role.DATA_MANAGER: "Data manager",
    Role.ADMINISTRATOR: "Administrator",
    Role.AUDITOR: "Auditor",
}

SITE_ROLES = frozenset({Role.CLINICIAN, Role.COORDINATOR, Role.AUDITOR})
REGISTRY_ROLES = frozenset({Role.DATA_MANAGER, Role.ADMINISTRATOR, Role.AUDITOR})

# Who gives out roles must not read patients: no account holds both of a pair at once.
APART = tuple((Role.ADMINISTRATOR, role) for role in Role if role is not Role.ADMINISTRATOR)

GRANTS: Mapping[Role, frozenset[Permission]] = {
    Role.CLINICIAN: frozenset(
        {
            Permission.PATIENT_READ,
            Permission.PATIENT_WRITE,
            Permission.VISIT_SIGN,
            Permission.PRODUCT_READ,
            Permission.PRODUCT_WRITE,
            Permission.COHORT_READ,
        }
    ),
    # Coordinators keep the records in order and recall lots; only who saw the patient signs.
    Role.COORDINATOR: frozenset(
        {
            Permission.PATIENT_READ,
            Permission.PATIENT_WRITE,
            Permission.PRODUCT_READ,
            Permission.PRODUCT_WRITE,
            Permission.LOT_DECIDE,
            Permission.COHORT_READ,
        }
    ),
    Role.DATA_MANAGER: frozenset(
        {
            Permission.PATIENT_READ,
            Permission.PRODUCT_READ,
            Permission.COHORT_READ,
            Permission.EXPORT,
            Permission.IMPORT,
        }
    ),
    Role.ADMINISTRATOR: frozenset({Permission.ADMIN}),
    Role.AUDITOR: frozenset(
        {
            Permission.PATIENT_READ,
            Permission.PRODUCT_READ,
            Permission.COHORT_READ,
            Permission.AUDIT_READ,
        }
    ),
}
