"""When a visit is final: signed here or imported, so that only an amendment changes it."""

from registry.models import Visit


def is_closed(visit: Visit) -> bool:
    """Whether the visit is final."""
    return visit.signed_version > 0 or visit.source == "import"
