"""SELENA-SLEDAI: the SLEDAI as the SELENA trials defined it.

Unit: points, 0 to 105 (high is bad).  Window: 10 days before the visit.
Source: Petri M et al. N Engl J Med 2005;353:2550-8, doi 10.1056/NEJMoa051135.
Definitions in our own words; every descriptor counts only when the clinician attributes it to
lupus.  Ongoing rash, alopecia and ulcers count; the eye takes scleritis, the cranial nerves
lupus vertigo; protein counts when new or rising.
"""

from registry.instruments import _sledai, sledai_2k
from registry.instruments.base import Instrument

VERSION = "SELENA/1"
WINDOW_DAYS = 10
ITEMS = _sledai.items_with(
    {
        "visual_disturbance": (
            "Change of the eye by lupus: cytoid bodies, retinal haemorrhage, exudate or "
            "haemorrhage in the choroid, optic neuritis, scleritis or episcleritis.",
            "hypertension, infection, drugs",
        ),
        "cranial_nerve": (
            "New sensory or motor neuropathy of a cranial nerve, vertigo due to lupus included.",
            "",
        ),
        "cva": ("New cerebrovascular accident.", "arteriosclerosis, hypertension"),
        "arthritis": _sledai.ARTHRITIS,
        "proteinuria": _sledai.PROTEINURIA,
        "increased_dna_binding": _sledai.FARR,
        "thrombocytopenia": ("Platelets below 100 × 10⁹/L, whatever the cause.", ""),
    }
)

INSTRUMENT = Instrument(
    code="selena_sledai",
    key="SELENA-SLEDAI",
    version=VERSION,
    subject="activity",
    title="SELENA-SLEDAI",
    items=ITEMS,
    maximum=_sledai.MAXIMUM,
    score=_sledai.score,
    source="Petri M et al. N Engl J Med 2005;353:2550-8, doi 10.1056/NEJMoa051135",
    licence=sledai_2k.INSTRUMENT.licence,
    window=f"{WINDOW_DAYS} days before the visit",
    groups=_sledai.GROUPS,
    note=_sledai.ONE_VERSION,
    settings={"window_days": WINDOW_DAYS, "arthritis_joints_above": _sledai.MORE_THAN_JOINTS},
    disagreements=(
        "Proteinuria: new or recently risen here; belimumab trials used the rule of the 2K "
        "version with the rest of SELENA, which is a hybrid and neither of the two.",
        "Thrombocytopenia: drug causes are not left out here, as the 2K version does.",
        "Sheets that are called SELENA may print the wording of 1992.",
    ),
    uncertain=(
        "Protein counts only when new or recently risen.",
        "Drug causes of a low platelet count are not left out.",
    ),
)
