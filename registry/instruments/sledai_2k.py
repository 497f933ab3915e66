"""SLE Disease Activity Index 2000 (SLEDAI-2K).

Unit: points, 0 to 105 (high is bad).  Window: 30 days before the visit by default (10 in the
2002 paper, 30 validated in 2010).  Definitions in our own words; every descriptor counts only
when the clinician attributes it to lupus.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from registry.instruments._checklist import checklist
from registry.instruments.base import Answers, Group, Instrument, Item, Score

VERSION = "2002/1"  # the published index / our reading of it; a changed constant is a new version
WINDOW_DAYS = 30
EARLY_WINDOW_DAYS = 10  # before day 30 of a course: the look-back never crosses day 0
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


def score(answers: Answers) -> Score:
    """Add the weights of what is present; with a gap there is a floor and a ceiling, no total."""
    known, possible = _bounds(ITEMS, answers)
    missing = tuple(item.code for item in ITEMS if answers.get(item.code) is None)
    return Score(
        # An organ nobody looked at is not a quiet one: calling the floor the total would
        # lower activity exactly where data are thinnest.
        total=None if missing else Decimal(known),
        known_points=Decimal(known),
        max_possible=Decimal(possible),
        complete=not missing,
        parts=_parts(answers),
        missing=missing,
    )


def _parts(answers: Answers) -> dict[str, Any]:
    clinical, clinical_possible = _bounds(CLINICAL_ITEMS, answers)
    serology = _bounds((item for item in ITEMS if item.code in SEROLOGY), answers)
    return {
        "clinical_points": clinical,
        "clinical_max_possible": clinical_possible,
        "clinical_complete": all(answers.get(item.code) is not None for item in CLINICAL_ITEMS),
        "serology_points": serology[0],
        "serology_max_possible": serology[1],
        # Most visits have points in two or three organs; the others are left out, they are [0, 0].
        "organs": {
            group.code: list(bounds)
            for group in GROUPS
            if any(bounds := _bounds((i for i in ITEMS if i.group == group.code), answers))
        },
    }


def _bounds(items: Iterable[Item], answers: Answers) -> tuple[int, int]:
    """Return the points that are certain and those that are possible once gaps are filled."""
    known = possible = 0
    for item in items:
        answer = answers.get(item.code)
        known += int(item.weight) if answer == 1 else 0
        possible += int(item.weight) if answer in (1, None) else 0
    return known, possible


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
