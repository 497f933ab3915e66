"""The function of an organ typed with a visit: stored with the device, and never half."""

from registry.models import Assessment


def test_a_measurement_is_stored_with_how_it_was_made(clinic):
    alice = clinic("alice")
    typed = {"fvc_percent__value": "81.5", "fvc_percent__device": "Vyntus"}
    alice.log("2026-02-10", **typed, fvc_percent__reference="GLI 2012", body_weight__value="61.2")
    lung = alice.row(Assessment, instrument="fvc_percent")
    assert (str(lung.total), lung.complete) == ("81.5", True)
    assert lung.parts == {"device": "Vyntus", "reference": "GLI 2012"}
    assert str(alice.row(Assessment, instrument="body_weight").total) == "61.2"


def test_an_impossible_value_is_refused_at_its_field(clinic):
    alice = clinic("alice")
    form = {"visited_on": "2026-02-10", "contact_mode": "in_person", "lvef.value": "140"}
    answer = alice.send("/patients/N-001/visits/new", form | {"action": "save"})
    assert answer.status_code == 422
    assert 'id="lvef-value-error"' in answer.text
    assert not [row for row in alice.rows(Assessment) if row.instrument == "lvef"]
