"""Immunosuppressants by name, and whether one was taken before a day."""

from datetime import date

import pytest

from registry.followup.immunosuppression import is_immunosuppressant, taken_before

DAY = date(2024, 8, 16)


@pytest.mark.parametrize(
    "drug",
    [
        *(
            "azathioprine",
            "Mycophenolate mofetil",
            "CellCept",
            "methotrexate sc",
            "MTX methotrexate",
        ),
        *("belimumab", "anifrolumab", "a future thing-lumab", "telitacicept", "Upadacitinib"),
        *("tacrolimus", "voclosporin", "cyclophosphamide iv", "IVIG", "Obinutuzumab 1 g"),
    ],
)
def test_they_are_known_by_name_stem_or_brand(drug):
    assert is_immunosuppressant(drug)


@pytest.mark.parametrize(
    "drug",
    [
        *("hydroxychloroquine", "Plaquenil", "chloroquine", "prednisone", "denosumab"),
        *("Evolocumab", "amlodipine", "vitamin D", "warfarin"),
    ],
)
def test_antimalarials_steroids_and_medicines_of_other_use_are_none(drug):
    assert not is_immunosuppressant(drug)


@pytest.mark.parametrize(
    ("changes", "taken"),
    [
        ({"started": "2020"}, True),
        ({"started": "2020", "ended": "2024-07-19"}, True),  # 28 days before
        ({"started": "2020", "ended": "2024-07-18"}, False),
        ({"started": "2020", "ended": "2024-07"}, None),
        ({"started": "2024-08-15"}, True),
        ({"started": "2024-08-16"}, False),  # begun at the visit
        ({"started": "2024-08"}, None),
        ({"started": "2024-06-01", "pulse": True}, None),  # perhaps given again
        ({"started": "2020", "as_needed": True}, None),
        ({"started": "2020", "route": "topical"}, False),
    ],
)
def test_the_28_days_before_decide(a_medicine, changes, taken):
    assert taken_before((a_medicine("azathioprine", **changes),), DAY) is taken


@pytest.mark.parametrize(("given", "taken"), [("2024-02-15", True), ("2024-02-14", False)])
def test_what_depletes_cells_counts_for_183_days(a_medicine, given, taken):
    row = a_medicine("rituximab", given, given, route="iv")
    assert taken_before((row,), DAY) is taken


def test_one_that_was_certainly_taken_decides(a_medicine):
    rows = (a_medicine("azathioprine", "2024-08"), a_medicine("belimumab", "2020"))
    assert taken_before(rows, DAY) is True
    assert taken_before((), DAY) is False
