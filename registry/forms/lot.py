"""Forms for products, lots, release tests and decisions about a lot."""

from registry import codes
from registry.donation_number import parse as parse_donation_number
from registry.european_code import parse as parse_european_code
from registry.forms.base import RecordForm
from registry.forms.fields import (
    ChoiceField,
    CodeNameField,
    DecimalField,
    LongTextField,
    PartialDateField,
    TypedField,
    storable,
)

MOST_CELLS = "999999999999999"
COMPARATORS = {sign: sign for sign in ("<", "<=", ">", ">=")}


class DonationNumberField(TypedField):
    """A Donation Identification Number, kept without spaces, flags and check character."""

    def read(self, typed: str) -> str:
        return parse_donation_number(storable(typed, 60)).number


class EuropeanCodeField(TypedField):
    """A Single European Code, kept as 40 characters."""

    def read(self, typed: str) -> str:
        return parse_european_code(storable(typed, 100)).text


class ProductForm(RecordForm):
    """A way of making cells, by the name that labels and papers carry."""

    name = TypedField("Name", required=True, hint="As on the label; it cannot be changed later")
    cell_type = ChoiceField("Cell type", codes=codes.CELL_TYPE, required=True)
    tissue_source = ChoiceField("Tissue source", codes=codes.TISSUE_SOURCE)
    donor_type = ChoiceField("Donor", codes=codes.DONOR_TYPE)
    maker = TypedField("Maker")
    steps = LongTextField("How it is made", hint="The steps in order")
    specification = LongTextField("Release specification", hint="Limits stand with each test too")


class ProductFactsForm(ProductForm):
    """What may be learnt about a product later; its name never changes."""

    name = None  # type: ignore[assignment]  # so WTForms leaves out an inherited field


class LotForm(RecordForm):
    """A new lot."""

    code = CodeNameField("Lot code", required=True, hint="As on the bag; it cannot be changed")
    product_name = ChoiceField("Product", codes={})
    cell_type = ChoiceField("Cell type", codes=codes.CELL_TYPE, required=True)
    tissue_source = ChoiceField("Tissue source", codes=codes.TISSUE_SOURCE)
    donor_type = ChoiceField("Donor", codes=codes.DONOR_TYPE)
    donor_id = TypedField("Donor key", hint="The key at the maker, never a name")
    din = DonationNumberField(
        "Donation number", hint="ISBT 128, typed or scanned; the check character is optional"
    )
    sec = EuropeanCodeField("Single European Code", hint="40 characters, in two blocks")
    passage = TypedField("Passage")
    viability_percent = DecimalField("Viability at release", high="100", unit="%")
    cells = DecimalField("Cells in the whole lot", high=MOST_CELLS)
    preservation = ChoiceField("Preservation", codes=codes.PRESERVATION)
    cryoprotectant = TypedField("Cryoprotectant", hint="With its percentage, like DMSO 10 %")
    manufactured_on = PartialDateField("Made on")
    frozen_on = PartialDateField("Frozen on")
    expires_on = PartialDateField("Expires on", past=False)


class LotFactsForm(LotForm):
    """What is known about a lot; its code never changes."""

    code = None  # type: ignore[assignment]  # so WTForms leaves out an inherited field


class LotTestForm(RecordForm):
    """One release test; *pending* is a value until the result comes."""

    test = TypedField("Test", required=True, hint="Viability, sterility, endotoxin, CD73 ...")
    limit = TypedField("Limit", hint="As in the specification of this lot: >=80 %, no growth")
    state = ChoiceField("Verdict", codes=codes.LOT_TEST_STATE, hint="Pending until a result comes")
    comparator = ChoiceField("Result is", codes=COMPARATORS, hint="Empty when it is exactly this")
    result = TypedField("Result", hint="As reported, a number or words")
    unit = TypedField("Unit")
    reported_on = PartialDateField("Reported on")


class LotDecisionForm(RecordForm):
    """A decision about a lot, with its date and reason."""

    decision = ChoiceField("Decision", codes=codes.LOT_DECISION, required=True)
    decided_on = PartialDateField("Decided on", required=True)
    reason = LongTextField("Reason", required=True)
