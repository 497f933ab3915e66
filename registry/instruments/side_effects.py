"""The fixed questions about side effects that are asked at every visit.

Unit: none: an answer opens an adverse event, nothing is added up.  Window: since the last visit.
Source: the registry's own list, after the harms that trials of mesenchymal stromal cells found
against controls: transient fever (odds ratio 3.65), administration site events (1.98), fatigue
(2.99), sleeplessness (5.90), in 62 randomised trials with 3,546 patients; thromboses in a review
of 70 studies (Barmada 2023).  Wang Y et al. Stem Cell Res Ther 2021;12:545,
doi 10.1186/s13287-021-02609-x.
"""

from decimal import Decimal

from registry.instruments._weighted import WeightedSum
from registry.instruments.base import Instrument, Item

ONE = Decimal(1)
ITEMS = (
    Item("fever", "Fever", ONE, "38.0 °C or more, measured or reported."),
    Item("chills", "Chills", ONE, "Shivering or shaking, with or without fever."),
    Item(
        "site_reaction",
        "Infusion or injection site reaction",
        ONE,
        "Pain, redness, swelling or bruising where the cells were given.",
    ),
    Item("fatigue", "Fatigue", ONE, "Tiredness that is new or worse since the last visit."),
    Item("sleeplessness", "Sleeplessness", ONE, "Trouble falling or staying asleep, new or worse."),
    Item("nausea_vomiting", "Nausea or vomiting", ONE, "Since the last visit, whatever the cause."),
    Item(
        "infection_treated",
        "Infection needing treatment",
        ONE,
        "Any infection for which a medicine was given or a stay in hospital was needed.",
    ),
    Item(
        "clot_or_swelling",
        "Blood clot, or swelling of a limb",
        ONE,
        "A proven clot, or an arm or leg that is newly swollen, painful or cold.",
    ),
    Item("other", "Another side effect", ONE, "Anything else that is new or worse."),
)


score = WeightedSum(ITEMS, total=False)

INSTRUMENT = Instrument(
    code="side_effects",
    key="SIDE_EFFECTS",
    version="registry/1",
    title="Side effects since the last visit",
    items=ITEMS,
    maximum=Decimal(len(ITEMS)),
    score=score,
    source=(
        "The registry’s own list, after Wang Y et al. Stem Cell Res Ther 2021;12:545, "
        "doi 10.1186/s13287-021-02609-x (62 randomised trials, 3,546 patients)"
    ),
    licence="Free to use.",
    window="since the last visit",
    kind="inquiry",
    unit="side effects, never a score",
    asked="always",
    direction="none",
    disagreements=("Spontaneous reports miss most reactions, so these are asked of everybody.",),
    subject="side_effects",
)
