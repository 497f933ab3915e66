"""Which medicines are immunosuppressants or biologics, by parts of their names.

Names are typed freely: salts, routes and languages stand around the part, and brands are listed.
Cyclophosphamide has a rule of its own; steroids, antimalarials and immunoglobulins are not in the
list (policy).  A name that is in no list is taken for another medicine.
"""

from collections.abc import Mapping
from types import MappingProxyType

from registry.followup.facts import MedicineFact
from registry.instruments.glucocorticoids import ROUTES_NOT_COUNTED, name_of

VERSION = "immunosuppressants/1"
# The medicine → what its names contain.
NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "azathioprine": ("azathiopr", "imuran", "mercaptopur"),
        "mycophenolate": ("mycophen", "mofetil", "cellcept", "myfortic"),
        "methotrexate": ("methotrex", "metotrex"),
        "leflunomide": ("leflunom", "arava"),
        "ciclosporin": ("ciclospor", "cyclospor", "neoral"),
        "tacrolimus": ("tacrolim", "prograf"),
        "voclosporin": ("voclospor", "lupkynis"),
        "sirolimus": ("sirolim", "everolim"),
        "iguratimod": ("iguratim",),
        "tripterygium": ("tripteryg",),
        "anti-thymocyte globulin": ("thymocyte", "thymoglob"),
        "belimumab": ("belimumab", "benlysta"),
        "anifrolumab": ("anifrolum", "saphnelo"),
        "telitacicept": ("telitacicept",),
        "rituximab": ("rituximab", "mabthera", "rituxan"),
        "obinutuzumab": ("obinutuz", "gazyva"),
        "ocrelizumab": ("ocreliz",),
        "ofatumumab": ("ofatumum",),
        "ianalumab": ("ianalumab",),
        "dapirolizumab": ("dapiroliz",),
        "litifilimab": ("litifilim",),
        "daratumumab": ("daratum",),
        "bortezomib": ("bortezom",),
        "abatacept": ("abatacept",),
        "tocilizumab": ("tociliz",),
        "eculizumab": ("eculiz", "ravuliz"),
        "baricitinib": ("baricit",),
        "tofacitinib": ("tofacit",),
        "upadacitinib": ("upadacit",),
        "deucravacitinib": ("deucravac",),
    }
)


def name(medicine: MedicineFact) -> str | None:
    """Return which of the list the row is; None for another medicine or one on the skin."""
    if medicine.route in ROUTES_NOT_COUNTED:
        return None
    typed = name_of(medicine.drug)
    return next((drug for drug, parts in NAMES.items() if any(p in typed for p in parts)), None)
