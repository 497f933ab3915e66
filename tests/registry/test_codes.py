"""Coded lists are a contract: what is stored today is read for ever."""

import re

import pytest

from registry import codes

LISTS = {name: value for name, value in vars(codes).items() if name.isupper()}
CONTRACT = {
    "SEX": "female male intersex unknown",
    "CELL_TYPE": "msc hsc mononuclear exosome ipsc_derived car_t other",
    "TISSUE_SOURCE": "umbilical_cord whartons_jelly cord_blood bone_marrow adipose placenta amnion "
    "peripheral_blood other",
    "DONOR_TYPE": "autologous allogeneic",
    "STATUS": "active lost withdrew_visits withdrew_consent erasure_requested transferred "
    "completed died",
    "DECISION": "given declined withdrawn",
    "ASCERTAINMENT": "prospective early retrospective",
    "ATTENDANCE": "done missed not_expected",
    "CONTACT_MODE": "in_person phone video other",
    "ASSESSOR": "treating_clinic independent_rheumatologist blinded other",
    "LEGAL_BASIS": "trial authorised hospital_exemption compassionate minimally_manipulated "
    "unapproved_commercial unknown",
    "ROUTE": "oral iv im sc topical inhaled intra_articular intra_arterial intraperitoneal "
    "intrathecal other",
    "ENDPOINT_STATE": "met not_met indeterminate not_evaluable",
}


@pytest.mark.parametrize("name", CONTRACT)
def test_the_codes_are_those_of_the_exchange_format(name):
    assert list(LISTS[name]) == CONTRACT[name].split()


@pytest.mark.parametrize("name", LISTS)
def test_every_code_is_snake_case_with_a_title_and_nobody_can_change_it(name):
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", code) for code in LISTS[name])
    assert all(title[0].isupper() or title[0].islower() for title in LISTS[name].values())
    with pytest.raises(TypeError):
        LISTS[name]["new"] = "New"
