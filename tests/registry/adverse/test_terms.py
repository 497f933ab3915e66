"""The 85 terms of CTCAE v5.0 and the grades that exist, against a list written by hand."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.adverse import terms

# Every term without all five grades, read from the publication; the others have 1 to 5.
FEWER = {
    "1": "",
    "1-2": "Alopecia",
    "1-3": (
        "Chills; Flushing; Sinus tachycardia; Non-cardiac chest pain; Headache; Dizziness; "
        "Paresthesia; Nausea; Fatigue; Malaise; Flu like symptoms; Pain; Arthralgia; Myalgia; "
        "Back pain; Bone pain; Insomnia; Abdominal pain; Rash maculo-papular; Urticaria; "
        "Pruritus; Proteinuria"
    ),
    "1-4": (
        "Neutrophil count decreased; Lymphocyte count decreased; White blood cell decreased; "
        "Platelet count decreased; Alanine aminotransferase increased; Creatinine increased"
    ),
    "2-2": "Phlebitis; Bacteremia; Premature menopause",
    "2-5": (
        "Hypoxia; Upper respiratory infection; Lung infection; Urinary tract infection; "
        "Catheter related infection; Sinusoidal obstruction syndrome"
    ),
    "3-3": "Syncope",
    "3-5": (
        "Anaphylaxis; Arterial thromboembolism; Thrombotic thrombocytopenic purpura; Sepsis; "
        "Febrile neutropenia; Acute kidney injury; Treatment related secondary malignancy"
    ),
    "4-4": "Pregnancy loss",
    "5-5": "Death NOS",
}
EXPECTED = {
    name: list(range(int(span[0]), int(span[-1]) + 1))
    for span, names in FEWER.items()
    for name in names.split("; ")
    if name
}
ALL = list(terms.TERMS.values())


def test_there_are_85_terms_each_once():
    assert len(ALL) == 85
    assert max(Counter(term.name for term in ALL).values()) == 1
    assert max(Counter(term.code for term in ALL).values()) == 1
    assert set(EXPECTED) <= {term.name for term in ALL}


@pytest.mark.parametrize("term", ALL, ids=lambda term: term.name)
def test_a_term_has_exactly_the_grades_that_exist(term):
    assert list(term.grades) == EXPECTED.get(term.name, [1, 2, 3, 4, 5])
    assert all(term.grades.values())
    assert len(term.code) == 8
    assert term.code.isdigit()
    assert term.soc


def test_a_grade_says_what_it_means_and_what_it_counts():
    fever, blood = terms.find("Fever"), terms.find("hypertension")
    assert fever.grades[4] == ">40.0 for >24 h"
    assert (blood.measure, blood.grades[1]) == ("adult mmHg", "120-139/80-89")
    breath = terms.find("Dyspnea")
    assert (breath.measure, breath.grades[1]) == ("breathless on", "moderate effort")
    assert terms.find("Death NOS").note == "use only when no cause can be named"
    assert terms.find("Platelet count decreased").measure == "x10^9/L"


def test_the_class_stands_as_published():
    assert terms.find("Infusion related reaction").soc == (
        "Injury, poisoning and procedural complications"
    )


@pytest.mark.parametrize("typed", ["Fever", "fever", "  FEVER "])
def test_a_term_is_found_whatever_its_case(typed):
    assert terms.find(typed).code == "10016558"


@pytest.mark.parametrize("typed", ["", None, "fev", "Lupus flare", "fever "[:-1] + "s"])
def test_what_is_no_term_is_not_found(typed):
    assert terms.find(typed) is None


def test_the_search_takes_beginnings_first_then_words():
    names = [term.name for term in terms.search("inf")]
    assert names[:2] == ["Infusion related reaction", "Infusion site extravasation"]
    assert "Lung infection" in names[2:]
    assert "Sepsis" not in names
    assert len(terms.search(" ")) == 85


@given(st.sampled_from(ALL), st.integers(1, 40))
def test_every_beginning_of_a_name_finds_it(term, length):
    assert term in terms.search(term.name[:length].strip())


@pytest.mark.parametrize(
    ("dictionary", "version", "listed"),
    [
        *[("CTCAE", version, True) for version in ("5.0", "5", "v5.0")],
        *[("CTCAE", version, False) for version in ("6.0", "4.03", "", None)],
        *[
            ("MedDRA", "5.0", False),
            ("", "5.0", False),
            (None, None, False),
            ("ctcae", "5.0", True),
        ],
    ],
)
def test_only_this_version_is_known(dictionary, version, listed):
    assert terms.is_listed(dictionary, version) is listed


def test_a_text_without_a_grade_is_refused():
    with pytest.raises(ValueError, match="no grade"):
        terms.read_grades("no 1; no 2")
