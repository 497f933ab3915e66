"""SLE Disease Activity Index 2000 (SLEDAI-2K).

Unit: points, 0 to 105 (high is bad).  Window: 30 days before the visit by default (10 in the
2002 paper, 30 validated in 2010).  Definitions in our own words; every descriptor counts only
when the clinician attributes it to lupus.
"""

from datetime import date, timedelta
from decimal import Decimal

from registry.instruments._checklist import checklist
from registry.instruments._weighted import Subset, WeightedSum
from registry.instruments.base import Group, Instrument, Item

VERSION = "2002/1"  # the published index / our reading of it; a changed constant is a new version
WINDOW_DAYS = 30
EARLY_WINDOW_DAYS = 10  # before day 30 of a course: the look-back never crosses day 0
EARLY_UNTIL_DAY = 30
ARTHRITIS_JOINTS = 2  # "2 or more"; sheets of the 1992 index say "more than 2"
SEROLOGY = frozenset({"low_complement", "increased_dna_binding"})

GROUPS = (
    Group("neurological", "Neurological and vascular"),
    Group("musculoskeletal", "Musculoskeletal"),
    Group("renal", "Renal"),
    Group("mucocutaneous", "Skin and mucosa"),
    Group("serositis", "Serositis"),
    Group("immunological", "Immunological"),
    Group("constitutional", "Constitutional and haematological"),
)

# code, label, weight, organ group, definition, what does not count
_DESCRIPTORS = (
    (
        "seizure", "Seizure", 8, "neurological",
        "A seizure of recent onset.",
        "metabolic, infectious or drug cause",
    ),
    (
        "psychosis", "Psychosis", 8, "neurological",
        "Severely disturbed perception of reality that alters function: hallucinations, "
        "incoherence, loose associations, bizarre, disorganised or catatonic behaviour.",
        "uraemia, drugs",
    ),
    (
        "organic_brain_syndrome", "Organic brain syndrome", 8, "neurological",
        "Rapid onset, fluctuating loss of orientation, memory or intellect with clouded attention "
        "and two or more of: disturbed perception, incoherent speech, insomnia or daytime "
        "drowsiness, raised or lowered psychomotor activity.",
        "metabolic, infectious or drug cause",
    ),
    (
        "visual_disturbance", "Visual disturbance", 8, "neurological",
        "Retinal change of lupus: cytoid bodies, retinal haemorrhage, exudate or haemorrhage in "
        "the choroid, or optic neuritis.",
        "hypertension, infection, drugs",
    ),
    (
        "cranial_nerve", "Cranial nerve disorder", 8, "neurological",
        "New sensory or motor neuropathy of a cranial nerve.",
        "",
    ),
    (
        "lupus_headache", "Lupus headache", 8, "neurological",
        "Severe, persistent headache, migraine-like or not, that narcotic analgesia does not "
        "relieve.",
        "",
    ),
    (
        "cva", "Cerebrovascular accident", 8, "neurological",
        "New cerebrovascular accident.",
        "arteriosclerosis",
    ),
    (
        "vasculitis", "Vasculitis", 8, "neurological",
        "Ulceration, gangrene, tender finger nodules, periungual infarction, splinter "
        "haemorrhages, or vasculitis shown by biopsy or angiogram.",
        "",
    ),
    (
        "arthritis", "Arthritis", 4, "musculoskeletal",
        f"{ARTHRITIS_JOINTS} or more joints with pain and a sign of inflammation: tenderness, "
        "swelling or effusion.",
        "joint pain without inflammation",
    ),
    (
        "myositis", "Myositis", 4, "musculoskeletal",
        "Proximal muscle ache or weakness with raised creatine kinase or aldolase, changes on "
        "electromyography, or myositis on biopsy.",
        "",
    ),
    (
        "urinary_casts", "Urinary casts", 4, "renal",
        "Haem-granular or red-cell casts.",
        "plain granular casts",
    ),
    (
        "haematuria", "Haematuria", 4, "renal",
        "More than 5 red cells per high-power field.",
        "stone, infection or another cause",
    ),
    (
        "proteinuria", "Proteinuria", 4, "renal",
        "More than 0.5 g of protein in 24 hours; it need not be new.",
        "fixed proteinuria from scarring, which is damage; dipstick alone",
    ),
    (
        "pyuria", "Pyuria", 4, "renal",
        "More than 5 white cells per high-power field.",
        "infection",
    ),
    (
        "rash", "Rash", 2, "mucocutaneous",
        "Inflammatory rash, new or ongoing.",
        "scars",
    ),
    (
        "alopecia", "Alopecia", 2, "mucocutaneous",
        "Abnormal patchy or diffuse hair loss, new or ongoing.",
        "scarring, drugs such as conditioning",
    ),
    (
        "mucosal_ulcers", "Mucosal ulcers", 2, "mucocutaneous",
        "Oral or nasal ulcers, new or ongoing.",
        "",
    ),
    (
        "pleurisy", "Pleurisy", 2, "serositis",
        "Pleuritic chest pain with a rub, an effusion or pleural thickening.",
        "",
    ),
    (
        "pericarditis", "Pericarditis", 2, "serositis",
        "Pericardial pain with one or more of: rub, effusion, confirmation by electrocardiogram "
        "or echocardiogram.",
        "",
    ),
    (
        "low_complement", "Low complement", 2, "immunological",
        "CH50, C3 or C4 below the laboratory's lower limit; 2 points even if several are low.",
        "",
    ),
    (
        "increased_dna_binding", "Increased DNA binding", 2, "immunological",
        "Anti-dsDNA above the laboratory's normal range.",
        "",
    ),
    (
        "fever", "Fever", 1, "constitutional",
        "Above 38.0 °C.",
        "infection",
    ),
    (
        "thrombocytopenia", "Thrombocytopenia", 1, "constitutional",
        "Platelets below 100 × 10⁹/L.",
        "drugs, conditioning",
    ),
    (
        "leukopenia", "Leukopenia", 1, "constitutional",
        "White cells below 3.0 × 10⁹/L.",
        "drugs, conditioning",
    ),
)  # fmt: skip

ITEMS = tuple(
    Item(code, label, Decimal(weight), definition, group, exclude)
    for code, label, weight, group, definition, exclude in _DESCRIPTORS
)
CLINICAL_ITEMS = tuple(item for item in ITEMS if item.code not in SEROLOGY)


def first_day(visited_on: date, day_0: date | None) -> date:
    """Return the first day whose findings count for a visit: never before day 0, once it passed."""
    passed = 0 if day_0 is None else (visited_on - day_0).days
    days = EARLY_WINDOW_DAYS if 0 < passed < EARLY_UNTIL_DAY else WINDOW_DAYS
    earliest = visited_on - timedelta(days=days)
    return earliest if day_0 is None or passed <= 0 else max(earliest, day_0)


# An organ without points is left out of the part "organs": it is [0, 0].
score = WeightedSum(
    ITEMS,
    subsets=(
        Subset("clinical", frozenset(item.code for item in CLINICAL_ITEMS), complete=True),
        Subset("serology", SEROLOGY),
    ),
    groups_as="organs",
)

INSTRUMENT = Instrument(
    code="sledai_2k",
    key="SLEDAI-2K",
    version=VERSION,
    title="SLEDAI-2K",
    items=ITEMS,
    maximum=Decimal(105),
    score=score,
    source="Gladman DD, Ibañez D, Urowitz MB. J Rheumatol 2002;29:288-91; window: Touma Z et al. "
    "Lupus 2010;19:49-51, doi 10.1177/0961203309346505",
    licence=(
        "The descriptors are published facts, given here in our own words. Training material and "
        "the official form: University Health Network, Toronto, by permission."
    ),
    asked="always",
    window=f"{WINDOW_DAYS} days before the visit; {EARLY_WINDOW_DAYS} before day 30 of a course",
    groups=GROUPS,
    settings={
        "window_days": WINDOW_DAYS,
        "early_window_days": EARLY_WINDOW_DAYS,
        "arthritis_joints": ARTHRITIS_JOINTS,
    },
    disagreements=(
        "Window: 10 days in the 2002 paper, 28 or 30 in later use; 30 here.",
        "Arthritis: 2 or more joints here; sheets of the 1992 and SELENA versions say more than 2.",
        "Proteinuria counts above 0.5 g in 24 hours whether or not it is new; the 1992 and SELENA "
        "versions ask for a new or recent rise.",
        "The paper has no activity bands; several are in circulation and none is shown here.",
    ),
    subject="activity",
    uncertain=("Arthritis of 2 or more joints, as one public implementation has it.",),
)

CALCULATORS = (
    checklist(INSTRUMENT, ITEMS, "known_points", "max_possible", "complete", "clinical_points"),
)
