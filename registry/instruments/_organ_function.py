"""What measurements of an organ's function share: one number, how it was measured, when it is due.

The device, and for the lung the reference equation, are part of the result: a change between two
devices or equations may be the devices'.  They are kept in the parts, and a change where they
differ is left out of a mean.
"""

from decimal import Decimal

from registry.instruments.base import Item, Subject

METHOD = ("device", "reference")
SUBJECT: Subject = "function"
BASELINE_DAYS = 180
REFERENCE = Item(
    "reference",
    "Reference equation",
    Decimal(0),
    "As the report names it, such as GLI 2012: per cent predicted by two equations do not compare.",
    form="text",
    optional=True,
)
DIFFERENCE = (
    "Another device or reference equation than at baseline: the change is left out of the mean and "
    "counted (policy). Where either is not recorded the change is kept, with a warning."
)


def device(label: str, definition: str) -> Item:
    """Return the item that says how it was measured."""
    return Item("device", label, Decimal(0), definition, form="text", optional=True)
