"""The 41 items of the SLICC/ACR Damage Index with their points, by domain.

Source: Gladman D et al. Arthritis Rheum 1996;39:363-9, doi 10.1002/art.1780390303.  The domain
maxima add up to 47.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Domain:
    """An organ system with the most points that it can have."""

    code: str
    title: str
    maximum: int


@dataclass(frozen=True, slots=True)
class DamageItem:
    """One kind of damage: its points, those of a repeat, and how long it has to be there."""

    code: str
    domain: str
    label: str
    points: int = 1
    repeat: int = 0  # further points of a second event
    ever: bool = False  # counts from its day on, without the six months
    strictly: bool = False  # longer than six months, not six
    since_items: int = 39  # the smallest form that asks it

    @property
    def maximum(self) -> int:
        return self.points + self.repeat

    @property
    def values(self) -> tuple[int, ...]:
        """The points that it can have."""
        return tuple(sorted({0, self.points, self.maximum}))


DOMAINS = (
    Domain("ocular", "Ocular", 2),
    Domain("neuropsychiatric", "Neuropsychiatric", 6),
    Domain("renal", "Renal", 3),  # end-stage disease alone reaches it: it replaces the other two
    Domain("pulmonary", "Pulmonary", 5),
    Domain("cardiovascular", "Cardiovascular", 6),
    Domain("peripheral_vascular", "Peripheral vascular", 5),
    Domain("gastrointestinal", "Gastrointestinal", 6),
    Domain("musculoskeletal", "Musculoskeletal", 7),
    Domain("skin", "Skin", 3),
    Domain("other", "Gonads, diabetes and malignancy", 4),
)
_EYE, _BRAIN, _KIDNEY, _LUNG, _HEART, _VESSELS, _GUT, _LIMBS, _SKIN, _OTHER = (
    domain.code for domain in DOMAINS
)
ITEMS = (
    DamageItem("cataract", _EYE, "Cataract, ever", ever=True),
    DamageItem("retinal_or_optic_atrophy", _EYE, "Retinal change or optic atrophy"),
    DamageItem("cognitive_or_psychosis", _BRAIN, "Cognitive impairment or major psychosis"),
    DamageItem("seizures_6m", _BRAIN, "Seizures that need therapy for 6 months"),
    DamageItem("cva", _BRAIN, "Cerebrovascular accident, ever", repeat=1, ever=True),
    DamageItem("neuropathy", _BRAIN, "Cranial or peripheral neuropathy, not optic"),
    DamageItem("transverse_myelitis", _BRAIN, "Transverse myelitis"),
    DamageItem("gfr_lt_50", _KIDNEY, "GFR below 50 %"),
    DamageItem("proteinuria_ge_3_5", _KIDNEY, "Proteinuria of 3.5 g/24 h or more"),
    DamageItem("esrd", _KIDNEY, "End-stage kidney disease", points=3),
    DamageItem("pulm_hypertension", _LUNG, "Pulmonary hypertension"),
    DamageItem("pulm_fibrosis", _LUNG, "Pulmonary fibrosis"),
    DamageItem("shrinking_lung", _LUNG, "Shrinking lung"),
    DamageItem("pleural_fibrosis", _LUNG, "Pleural fibrosis"),
    DamageItem(
        "pulm_infarction_or_resection", _LUNG, "Infarction, or resection not for malignancy"
    ),
    DamageItem("angina_or_cabg", _HEART, "Angina or coronary bypass"),
    DamageItem("mi", _HEART, "Myocardial infarction, ever", repeat=1, ever=True),
    DamageItem("cardiomyopathy", _HEART, "Cardiomyopathy"),
    DamageItem("valvular", _HEART, "Valvular disease"),
    DamageItem(
        "pericarditis_6m_or_pericardiectomy", _HEART, "Pericarditis for 6 months, pericardiectomy"
    ),
    DamageItem("claudication_6m", _VESSELS, "Claudication for 6 months"),
    DamageItem("minor_tissue_loss", _VESSELS, "Minor tissue loss (pulp space)"),
    DamageItem(
        "significant_tissue_loss", _VESSELS, "Significant tissue loss, ever", repeat=1, ever=True
    ),
    DamageItem(
        "venous_thrombosis", _VESSELS, "Venous thrombosis with swelling, ulceration or stasis"
    ),
    DamageItem(
        "infarction_or_resection",
        _GUT,
        "Infarction or resection below the duodenum, of spleen, liver or gallbladder, ever",
        repeat=1,
        ever=True,
    ),
    DamageItem("mesenteric_insufficiency", _GUT, "Mesenteric insufficiency"),
    DamageItem("chronic_peritonitis", _GUT, "Chronic peritonitis"),
    DamageItem(
        "stricture_or_upper_gi_surgery",
        _GUT,
        "Stricture, or surgery of the upper gastrointestinal tract, ever",
        ever=True,
    ),
    DamageItem(
        "pancreatic_insufficiency",
        _GUT,
        "Pancreatic insufficiency or pseudocyst",
        since_items=40,
    ),
    DamageItem("atrophy_or_weakness", _LIMBS, "Muscle atrophy or weakness"),
    DamageItem("deforming_or_erosive_arthritis", _LIMBS, "Deforming or erosive arthritis"),
    DamageItem("osteoporosis_fracture", _LIMBS, "Osteoporosis with fracture or collapse"),
    DamageItem("avascular_necrosis", _LIMBS, "Avascular necrosis", repeat=1),
    DamageItem("osteomyelitis", _LIMBS, "Osteomyelitis"),
    DamageItem("tendon_rupture", _LIMBS, "Tendon rupture", since_items=41),
    DamageItem("scarring_alopecia", _SKIN, "Scarring chronic alopecia"),
    DamageItem("extensive_scarring", _SKIN, "Extensive scarring"),
    DamageItem(
        "ulceration_6m", _SKIN, "Ulceration, not thrombotic, for over 6 months", strictly=True
    ),
    DamageItem("premature_gonadal_failure", _OTHER, "Premature gonadal failure"),
    DamageItem("diabetes", _OTHER, "Diabetes, whatever its treatment"),
    DamageItem("malignancy", _OTHER, "Malignancy, not dysplasia", repeat=1),
)
BY_CODE: Mapping[str, DamageItem] = MappingProxyType({item.code: item for item in ITEMS})
MAXIMUM = sum(domain.maximum for domain in DOMAINS)
FORMS = (39, 40, 41)  # items on the form
STANDARD_FORM = 41


def items_of(form: int) -> tuple[DamageItem, ...]:
    """Return the items that a form of so many items asks."""
    return tuple(item for item in ITEMS if item.since_items <= form)
