"""SLE Disease Activity Index, the original of 1992.

Unit: points, 0 to 105 (high is bad).  Window: 10 days before the visit.
Source: Bombardier C et al. Arthritis Rheum 1992;35:630-40, doi 10.1002/art.1780350606.
Definitions in our own words; every descriptor counts only when the clinician attributes it to
lupus.  Rash, alopecia and ulcers count only when new or recurrent, protein only when new or
rising, arthritis from 3 joints on: the later versions differ, with the same weights.
"""

from registry.instruments import _sledai, sledai_2k
from registry.instruments.base import Instrument

VERSION = "1992/1"
WINDOW_DAYS = 10
ITEMS = _sledai.items_with(
    {
        "arthritis": _sledai.ARTHRITIS,
        "proteinuria": _sledai.PROTEINURIA,
        "rash": ("Inflammatory rash, newly begun or come back.", "ongoing rash; scars"),
        "alopecia": (
            "Abnormal patchy or diffuse hair loss, newly begun or come back.",
            "ongoing loss; scarring, drugs such as conditioning",
        ),
        "mucosal_ulcers": (
            "Oral or nasal ulcers, newly begun or come back.",
            "ongoing ulcers",
        ),
        "increased_dna_binding": _sledai.FARR,
        "thrombocytopenia": ("Platelets below 100 × 10⁹/L.", ""),
    }
)

INSTRUMENT = Instrument(
    code="sledai_1992",
    key="SLEDAI-1992",
    version=VERSION,
    subject="activity",
    title="SLEDAI (1992)",
    items=ITEMS,
    maximum=_sledai.MAXIMUM,
    score=_sledai.score,
    source="Bombardier C et al. Arthritis Rheum 1992;35:630-40, doi 10.1002/art.1780350606",
    licence=sledai_2k.INSTRUMENT.licence,
    window=f"{WINDOW_DAYS} days before the visit",
    groups=_sledai.GROUPS,
    note=_sledai.ONE_VERSION,
    settings={"window_days": WINDOW_DAYS, "arthritis_joints_above": _sledai.MORE_THAN_JOINTS},
    disagreements=(
        "Rash, alopecia and ulcers count here only when new or recurrent; the 2K and SELENA "
        "versions count ongoing ones.",
        "Proteinuria counts here only when new or recently risen; the 2K version counts any.",
        "Platelets below 100: the 2K version leaves out drug causes, the 1992 text names none.",
        "Sheets that are called SELENA may print this wording, and the other way round.",
    ),
)
