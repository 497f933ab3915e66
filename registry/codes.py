"""Every coded list: the stored code, stable for ever, beside the title that may change.

Forms, pages, files, check constraints and the data dictionary all read these lists.
"""

from collections.abc import Mapping
from types import MappingProxyType


def _codes(**titles: str) -> Mapping[str, str]:
    return MappingProxyType(titles)


SEX = _codes(female="Female", male="Male", intersex="Intersex", unknown="Unknown")
CELL_TYPE = _codes(
    msc="Mesenchymal stromal cells (MSC)",
    hsc="Haematopoietic stem cells (HSC)",
    mononuclear="Mononuclear cells",
    exosome="Exosomes",
    ipsc_derived="iPSC-derived cells",
    car_t="CAR-T cells",
    other="Other",
)
TISSUE_SOURCE = _codes(
    umbilical_cord="Umbilical cord",
    whartons_jelly="Wharton’s jelly",
    cord_blood="Cord blood",
    bone_marrow="Bone marrow",
    adipose="Adipose tissue",
    placenta="Placenta",
    amnion="Amnion",
    peripheral_blood="Peripheral blood",
    other="Other",
)
DONOR_TYPE = _codes(autologous="Autologous", allogeneic="Allogeneic")
STATUS = _codes(
    active="Active",
    lost="Lost to follow-up",
    withdrew_visits="Withdrew from visits",
    withdrew_consent="Withdrew consent",
    erasure_requested="Erasure requested",
    transferred="Transferred",
    completed="Completed",
    died="Died",
)
DECISION = _codes(given="Given", declined="Declined", withdrawn="Withdrawn")
ASCERTAINMENT = _codes(
    prospective="Prospective (on or before day 0)",
    early="Early (day 1 to 30)",
    retrospective="Retrospective (later)",
)
ATTENDANCE = _codes(done="Done", missed="Missed", not_expected="Not expected")
CONTACT_MODE = _codes(in_person="In person", phone="Phone", video="Video", other="Other")
ASSESSOR = _codes(
    treating_clinic="Treating clinic",
    independent_rheumatologist="Independent rheumatologist",
    blinded="Blinded assessor",
    other="Other",
)
LEGAL_BASIS = _codes(
    trial="Clinical trial",
    authorised="Authorised product",
    hospital_exemption="Hospital exemption",
    compassionate="Compassionate use",
    minimally_manipulated="Minimally manipulated tissue",
    unapproved_commercial="Unapproved commercial",
    unknown="Unknown",
)
ROUTE = _codes(
    oral="Oral",
    iv="Intravenous",
    im="Intramuscular",
    sc="Subcutaneous",
    topical="Topical",
    inhaled="Inhaled",
    intra_articular="Intra-articular",
    intra_arterial="Intra-arterial",
    intraperitoneal="Intraperitoneal",
    intrathecal="Intrathecal",
    other="Other",
)
ENDPOINT_STATE = _codes(
    met="Met", not_met="Not met", indeterminate="Indeterminate", not_evaluable="Not evaluable"
)
SOURCE = _codes(
    form="Typed in a form", api="Sent by another program", **{"import": "Imported from a file"}
)
NOT_ASSESSED_REASON = _codes(
    not_recorded="Not recorded",
    not_done="Not done",
    result_pending="Result pending",
    remote_contact="Remote contact",
    not_attributed="Found, but not attributed to lupus (conditioning, drug, infection)",
    declined="Patient declined",
    unknown="Unknown",
)
# Why an answer differs from what a result says; the words are kept with the answer.
OVERRIDE_REASON = _codes(
    infection="Infection",
    drug_or_conditioning="Drug or conditioning",
    menses_or_stone="Menses or stone",
    other_disease="Another disease",
    fixed_damage="Damage, not activity",
    other_evidence="Seen otherwise, or a newer result",
    laboratory_error="Laboratory error",
    not_due_to_lupus="Other: not due to lupus",
)
SIGNATURE_MEANING = _codes(
    authorship="I entered this visit and it is correct",
    review="I reviewed this visit",
    amendment="I corrected this visit; the reason is given",
)
VALUE_STATE = _codes(
    not_done="Not done", pending="Pending", unknown="Unknown", not_applicable="Not applicable"
)
LOT_TEST_STATE = _codes(
    passed="Passed",
    failed="Failed",
    pending="Pending",
    not_done="Not done",
    unknown="Unknown",
    not_applicable="Not applicable",
)
LOT_DECISION = _codes(
    released="Released",
    released_pending="Released, results pending",
    released_by_exception="Out of specification, released by exception",
    quarantined="Quarantined",
    rejected="Rejected",
    recalled="Recalled",
)
PRESERVATION = _codes(fresh="Fresh", frozen="Frozen")
COST_PAYER = _codes(
    patient="The patient",
    sponsor="Sponsor or maker",
    public="Public health system",
    insurer="Insurer",
    charity="Charity or crowdfunding",
    other="Other",
)
ADVERSE_EVENT_STATE = _codes(draft="Draft", reported="Reported")
SERIOUSNESS = _codes(
    death="Death",
    life_threatening="Life-threatening at the time",
    hospitalisation="Admission, or a longer stay",
    disability="Lasting or significant disability",
    congenital_anomaly="Birth defect",
    important_medical_event="Other medically important event",
    other="Other",
)
CAUSALITY = _codes(
    certain="Certain",
    probable="Probable",
    possible="Possible",
    unlikely="Unlikely",
    conditional="Conditional, more data needed",
    unassessable="Unassessable",
    related="Related",
    not_related="Not related",
)
CAUSE = _codes(
    product="Cell product",
    procedure="Infusion or other procedure",
    conditioning="Conditioning or mobilisation",
    concomitant="Another medicine",
    lupus="Lupus itself",
    other="Something else",
)
CAUSALITY_ASSESSOR = _codes(reporter="Reporter", reviewer="Reviewer")
OUTCOME = _codes(
    recovered="Recovered",
    recovering="Recovering",
    not_recovered="Not recovered",
    recovered_with_sequelae="Recovered with sequelae",
    fatal="Fatal",
    unknown="Unknown",
)
# Suggestions for conditions, which may also be any text. ``no_`` before a code says that it was
# asked and is absent, ``unknown_`` that nobody can say: registry.followup.conditions reads both.
CONDITION = _codes(
    mucocutaneous_lupus="Skin and mucosal lupus",
    musculoskeletal_lupus="Joint and muscle lupus",
    lupus_nephritis="Lupus nephritis",
    neuropsychiatric_lupus="Neuropsychiatric lupus",
    haematological_lupus="Haematological lupus",
    serositis="Pleuritis or pericarditis",
    cardiac_lupus="Cardiac lupus",
    pulmonary_lupus="Pulmonary lupus",
    gastrointestinal_lupus="Gastrointestinal lupus",
    vasculitis="Vasculitis",
    ocular_lupus="Ocular lupus",
    constitutional_lupus="Constitutional lupus (fever, weight loss)",
    prior_cell_therapy="Earlier cell therapy, anywhere",
    prior_stem_cell_transplant="Earlier stem cell transplant, anywhere",
    prior_immunosuppression="Earlier immunosuppression",
    prior_cyclophosphamide="Earlier cyclophosphamide",
    kidney_biopsy="Kidney biopsy",
    pregnancy="Pregnancy",
    antiphospholipid_syndrome="Antiphospholipid syndrome",
    venous_thrombosis="Venous thrombosis",
    arterial_thrombosis="Arterial thrombosis",
    thrombosis="Thrombosis, kind not stated",
    cancer="Cancer",
    serious_infection="Serious infection",
    opportunistic_infection="Opportunistic infection",
    tuberculosis="Tuberculosis",
    hepatitis_b="Hepatitis B",
    hepatitis_c="Hepatitis C",
    hiv="HIV infection",
    herpes_zoster="Herpes zoster",
    chronic_kidney_disease="Chronic kidney disease",
    cardiovascular_disease="Cardiovascular disease",
    heart_failure="Heart failure",
    hypertension="Hypertension",
    diabetes="Diabetes",
    interstitial_lung_disease="Interstitial lung disease",
    pulmonary_hypertension="Pulmonary hypertension",
    osteoporosis="Osteoporosis",
    avascular_necrosis="Avascular necrosis",
    sjogren_disease="Sjögren disease",
    thyroid_disease="Thyroid disease",
    liver_disease="Liver disease",
    allergy="Allergy",
    vaccine_influenza="Influenza vaccine",
    vaccine_pneumococcal="Pneumococcal vaccine",
    vaccine_covid_19="COVID-19 vaccine",
    vaccine_hepatitis_b="Hepatitis B vaccine",
    vaccine_zoster="Zoster vaccine",
    vaccine_other="Other vaccine",
)
CONDITION_ANSWER = _codes(
    present="Yes, the patient has or had it",
    absent="No, asked and absent",
    unknown="Nobody can say; the reason is given",
)
SCHEDULE = _codes(
    daily="Once a day",
    twice_daily="Twice a day",
    three_times_daily="Three times a day",
    alternate_days="On alternate days",
    weekly="Once a week",
    every_2_weeks="Every 2 weeks",
    every_3_weeks="Every 3 weeks",
    every_4_weeks="Every 4 weeks",
    monthly="Every 30 days (monthly)",
    every_3_months="Every 13 weeks (3 months)",
    every_6_months="Every 26 weeks (6 months)",
)
PREGNANCY_OUTCOME = _codes(
    ongoing="Ongoing",
    live_birth="Live birth",
    preterm_birth="Preterm live birth",
    miscarriage="Miscarriage",
    stillbirth="Stillbirth",
    ectopic="Ectopic pregnancy",
    termination="Termination",
)
FLARE_SEVERITY = _codes(mild="Mild", moderate="Moderate", severe="Severe")
FLARE_SOURCE = _codes(visit="A visit", chart="The chart", patient="The patient")
SELENA_LIMB = _codes(
    sledai="SLEDAI",
    organs="Organs new or worse",
    prednisone="Prednisone dose",
    new_drug="New medicine for activity",
    admission="Admission for lupus",
    pga="Physician global assessment",
)
# Suggestions, as for conditions: what changes the meaning of an outcome. A death has its own date.
INTERCURRENT_EVENT = _codes(
    new_immunosuppressant="New immunosuppressant",
    new_biologic="New biologic",
    dose_above_baseline="Immunosuppressant or biologic above the dose at baseline",
    cyclophosphamide="Cyclophosphamide",
    steroid_pulse="Steroid pulse",
    steroid_above_baseline="Oral prednisone above the dose at baseline",
    steroid_above_10_mg_after_week_20="Oral prednisone above 10 mg a day after week 20",
    rescue_other="Other rescue treatment",
    unplanned_course="Another course of cells, not planned",
    transplant="Haematopoietic transplant or CAR-T cells elsewhere",
    organ_transplant="Kidney or other organ transplant",
    dialysis="Dialysis",
    pregnancy="Pregnancy",
    lost="Lost to follow-up",
    withdrew="Withdrew from follow-up",
)
