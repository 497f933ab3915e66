"""The 17 items of the SLE-DAS as a form asks them, and how an amount beside an item counts."""

from dataclasses import dataclass
from decimal import Decimal, localcontext

from registry.instruments._three_valued import ZERO
from registry.instruments.base import Group, Item

GROUPS = (
    Group("joints_skin", "Joints and skin"),
    Group("organs", "Organs"),
    Group("laboratory", "Laboratory"),
)
ONE = Decimal(1)


def _flag(code: str, label: str, group: str, definition: str, exclude: str = "") -> Item:
    return Item(code, label, ONE, definition, group, exclude)


def _amount(  # noqa: PLR0913, PLR0917 - each is a part of the declaration
    code: str, label: str, group: str, definition: str, low: str, high: str, places: int, unit: str
) -> Item:
    return Item(
        code, label, ONE, definition, group, low=Decimal(low), high=Decimal(high),
        places=places, unit=unit, optional=True,
    )  # fmt: skip


ITEMS = (
    _flag("arthritis", "Arthritis", "joints_skin", "One or more swollen joints due to lupus."),
    _amount(
        "swollen_joints_28", "Swollen joints of 28", "joints_skin",
        "How many of the 28 joints are swollen; needed with arthritis.", "0", "28", 0, "joints",
    ),
    _flag(
        *("mucocutaneous_vasculitis", "Mucocutaneous vasculitis", "joints_skin"),
        "Vasculitis of skin or mucosa, ulcers of the digits included.",
    ),
    _flag("localised_rash", "Localised rash", "joints_skin", "Inflammatory rash above the neck.",
          "a rash that is also below the neck, which is generalised"),
    _flag("generalised_rash", "Generalised rash", "joints_skin",
          "Inflammatory rash below the neck, with or without rash above it."),
    _flag("alopecia", "Alopecia", "joints_skin", "Hair loss due to active lupus.", "scarring"),
    _flag("mucosal_ulcers", "Mucosal ulcers", "joints_skin", "Oral or nasal ulcers."),
    _flag("neuropsychiatric", "Neuropsychiatric", "organs",
          "Active involvement of the nervous system."),
    _flag("systemic_vasculitis", "Systemic vasculitis", "organs",
          "Vasculitis of inner organs."),
    _flag("cardiac_or_pulmonary", "Cardiac or pulmonary", "organs",
          "Active involvement of heart or lung.", "serositis, which has its own item"),
    _flag("myositis", "Myositis", "organs", "Active inflammation of muscle."),
    _flag("serositis", "Serositis", "organs", "Pleuritis or pericarditis."),
    _flag("haemolytic_anaemia", "Haemolytic anaemia", "organs", "Active autoimmune haemolysis."),
    _flag("low_complement", "Low complement", "laboratory",
          "C3 or C4 below the laboratory's lower limit."),
    _flag("raised_dsdna", "Raised anti-dsDNA", "laboratory",
          "Above the laboratory's normal range."),
    _flag("proteinuria_flag", "Proteinuria", "laboratory",
          "More than 500 mg in 24 hours or 500 mg/g, due to lupus.", "scarring"),
    _amount("proteinuria_mg", "Protein in urine", "laboratory",
            "Needed with proteinuria; counts above 500.", "0", "100000", 2, "mg/24 h or mg/g"),
    _flag("thrombocytopenia_flag", "Thrombocytopenia", "laboratory",
          "Platelets below 100 × 10⁹/L, due to lupus.", "drugs, conditioning"),
    _amount("platelets", "Platelets", "laboratory",
            "Needed with thrombocytopenia; count below 100.", "0.1", "5000", 2, "10⁹/L"),
    _flag("leukopenia_flag", "Leukopenia", "laboratory",
          "White cells below 3 × 10⁹/L, due to lupus.", "drugs, conditioning"),
    _amount("wbc", "White cells", "laboratory",
            "Needed with leukopenia; count below 3.", "0.01", "1000", 2, "10⁹/L"),
)  # fmt: skip
_BY_CODE = {item.code: item for item in ITEMS}
DIGITS = 28  # of the logarithms, whatever the surroundings compute with


@dataclass(frozen=True, slots=True)
class Amount:
    """A finding that counts with the logarithm of its amount, once past a limit."""

    flag: str
    name: str
    limit: Decimal
    above: bool  # past the limit is above it, else below it
    constant: Decimal
    factor: Decimal

    @property
    def low(self) -> Decimal:
        """The least amount that form, import and calculator take."""
        return _BY_CODE[self.name].low

    @property
    def high(self) -> Decimal:
        """The most that they take."""
        return _BY_CODE[self.name].high

    def points(self, amount: Decimal) -> Decimal:
        """Return the points of an amount; the limit itself has none."""
        past = amount > self.limit if self.above else amount < self.limit
        if not past:
            return ZERO
        with localcontext() as context:
            context.prec = DIGITS
            return self.constant + self.factor * amount.ln()


AMOUNTS = (
    Amount(
        *("proteinuria_flag", "proteinuria_mg", Decimal(500), True),
        *(Decimal("-17.584"), Decimal("3.811")),
    ),
    Amount(
        *("thrombocytopenia_flag", "platelets", Decimal(100), False),
        *(Decimal("26.105"), Decimal("-5.577")),
    ),
    Amount(
        *("leukopenia_flag", "wbc", Decimal(3), False),
        *(Decimal("6.118"), Decimal("-5.058")),
    ),
)
