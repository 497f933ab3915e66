"""The questions that target states ask beside the scores: what no score of activity holds.

Unit: none: each answer decides a criterion, nothing is added up.  Window: since the assessment
before; of the investigational drug, the exposure window that the definition prints.
Source: the criteria of LLDAS that are no SLEDAI-2K item, no PGA and no dose.  Franklyn K et al.
Ann Rheum Dis 2016;75:1615, doi 10.1136/annrheumdis-2015-207726.  The wording is the registry's.
Ceilings of a standard dose, as used by the Asia-Pacific group: hydroxychloroquine 400 mg,
azathioprine 200 mg, mycophenolate mofetil 3000 mg, mycophenolic acid 2160 mg and leflunomide
20 mg a day, methotrexate 30 mg a week.
"""

from registry.instruments._questions import EFFICACY_VISITS, NOTHING, open_questions, question
from registry.instruments.base import Group, Instrument

# Apart, because “rest absent” is an answer to the first and would be a harm in the second.
BEYOND, TOLERATED = "beyond_scores", "maintenance"
GROUPS = (Group(BEYOND, "Beyond the scores"), Group(TOLERATED, "Maintenance"))
ITEMS = (
    question(
        "haemolytic_anaemia",
        "Haemolytic anaemia",
        "Due to lupus and active now.",
        exclude="anaemia of other causes; a positive Coombs test without haemolysis",
        group=BEYOND,
    ),
    question(
        "gi_activity",
        "Gastrointestinal activity",
        "Due to lupus and active now, as enteritis, peritonitis or pancreatitis.",
        exclude="side effects of medicines, infection",
        group=BEYOND,
    ),
    question(
        "other_major_organ",
        "Activity in another major organ",
        "Due to lupus and in no SLEDAI-2K item, as myocarditis, pneumonitis, lung haemorrhage or "
        "myelopathy.",
        exclude="damage without activity",
        group=BEYOND,
    ),
    question(
        "new_activity",
        "New lupus activity since the last assessment",
        "Anything of lupus that was not there at the last assessment, in the clinician’s "
        "judgement, whether or not a score has an item for it.",
        group=BEYOND,
    ),
    question(
        "maintenance_tolerated",
        "Maintenance tolerated at standard doses",
        "Immunosuppressants and approved biologics, if any, are at standard maintenance doses and "
        "well tolerated. Yes also where none is needed. Usual ceilings a day: "
        "hydroxychloroquine 400 mg, azathioprine 200 mg, mycophenolate mofetil 3 g, leflunomide "
        "20 mg; methotrexate 30 mg a week.",
        group=TOLERATED,
    ),
    question(
        "investigational_drug",
        "Another investigational drug",
        "A drug under investigation other than the cells of this registry, now or in the 183 days "
        "before.",
        exclude="the cells themselves, whose dates are recorded as infusions",
        group=BEYOND,
    ),
)


score = open_questions(ITEMS)

INSTRUMENT = Instrument(
    code="lldas_questions",
    key="LLDAS_QUESTIONS",
    version="registry/1",
    title="Questions for the target states",
    items=ITEMS,
    maximum=NOTHING,
    score=score,
    source=(
        "After Franklyn K et al. Ann Rheum Dis 2016;75:1615, "
        "doi 10.1136/annrheumdis-2015-207726; the registry’s own words"
    ),
    licence="Free to use.",
    window="since the last assessment",
    kind="questions",
    groups=GROUPS,
    unit="answers, never a score",
    asked="optional",
    due_at=EFFICACY_VISITS,
    subject="target_state",
    direction="none",
    disagreements=(
        "What is new since the last assessment has been put to use as a new SLEDAI item, as a "
        "BILAG grade and as the SELENA flare index; here it is the clinician’s word beside the "
        "SLEDAI-2K items.",
    ),
)
