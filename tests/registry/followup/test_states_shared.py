"""What visits of one patient share changes no verdict: each is judged as if it were alone."""

import pytest

from registry.followup.selection import baseline_visits
from registry.followup.states import STATES, AtVisit
from tests.registry.followup.test_responders import BEFORE, a_final_visit, bilag, pga, sledai
from tests.registry.followup.test_states_renal import a_ratio, an_egfr, patient_of

VISITS = (
    a_final_visit(-7, *BEFORE),
    a_final_visit(95, sledai(8), pga("1.0"), bilag("CEEEEEEEE")),
    a_final_visit(185, sledai(2), pga("0.3"), bilag("DEEEEEEEE")),
    a_final_visit(365, sledai(12), pga("2.0"), bilag("AEEEEEEEE")),
)
LABS = (
    *(a_ratio(day, value) for day, value in ((-5, 2000), (94, 1600), (184, 400), (364, 3000))),
    *(an_egfr(day, value) for day, value in ((-5, 90), (94, 88), (184, 92), (364, 40))),
)
PATIENT = patient_of(*LABS, visits=VISITS)


@pytest.mark.parametrize("name", sorted(STATES))
def test_a_visit_beside_others_is_judged_as_alone(name):
    judge = STATES[name].judge
    baseline = baseline_visits(PATIENT, PATIENT.courses[0])
    alone = [judge(AtVisit(PATIENT, visit, baseline)) for visit in VISITS]
    for order in (VISITS, VISITS[::-1]):
        beside = {at.visit.visit_id: judge(at) for at in AtVisit.each(PATIENT, order, baseline)}
        assert [beside[visit.visit_id] for visit in VISITS] == alone


def test_the_visits_above_are_not_all_alike():
    baseline = baseline_visits(PATIENT, PATIENT.courses[0])
    for name in ("sri_4", "bicla", "csledai_4", "kdigo_2024_partial", "bliss_ln_crr"):
        found = [STATES[name].judge(AtVisit(PATIENT, visit, baseline)) for visit in VISITS[1:]]
        assert len({verdict.state for verdict in found if verdict}) > 1
