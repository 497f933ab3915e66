"""Immunosuppressants and biologics by name, and whether one was taken before a day.

Steroids and antimalarials are none.  Window: the 28 days before a day, the day itself left out, as
for steroids; 183 days for antibodies that deplete cells for months (policy).  A medicine is
recognised by its generic name, the stem of such names (“-mab”, “-citinib”) or a usual brand; what
is not recognised is not counted (policy).  By the skin, inhaled or into a joint does not count.
Cells are no medicine here.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from registry.followup.facts import MedicineFact
from registry.followup.schedules import a_day
from registry.instruments.glucocorticoids import ROUTES_NOT_COUNTED, WINDOW_DAYS, name_of

VERSION = "immunosuppression/1"
LASTING_DAYS = 183
_MG = {"": Decimal(1), "mg": Decimal(1), "g": Decimal(1000)}
# Parts of their names: salts, endings and languages differ.
_NAMES = (
    *("azathioprin", "azatioprin", "mycophen", "mycofen", "micofen", "methotrex", "metotrex"),
    *("cyclophosph", "ciclofosf", "cyklofosf", "cyclosporin", "ciclosporin", "voclosporin"),
    *("leflunomid", "mizoribin", "mercaptopurin", "thalidomid", "lenalidomid", "dapson"),
    *("bortezomib", "carfilzomib", "fludarabin", "cladribin", "melphalan", "busulfan"),
    *("iguratimod", "danazol", "immunoglobulin", "ivig", "antithymocyte", "thymoglobulin"),
)
_BRANDS = (
    *("cellcept", "myfortic", "imuran", "imurek", "endoxan", "cytoxan", "sandimmun", "neoral"),
    *("prograf", "advagraf", "lupkynis", "arava", "benlysta", "saphnelo", "mabthera", "rituxan"),
    *("truxima", "rixathon", "gazyva", "xeljanz", "olumiant", "rinvoq", "orencia", "actemra"),
    "roactemra",
)
_STEMS = ("mab", "cept", "citinib", "gotinib", "limus")
# Names of one and the same medicine, where no part is common to all of them.
_SAME = (
    ("mycophen", "mycofen", "micofen", "mofetil", "cellcept", "myfortic"),
    ("azathioprin", "azatioprin", "imuran", "imurek", "mercaptopurin"),
    ("methotrex", "metotrex"),
    ("cyclophosph", "ciclofosf", "cyklofosf", "endoxan", "cytoxan"),
    ("cyclosporin", "ciclosporin", "sandimmun", "neoral"),
    ("tacrolimus", "prograf", "advagraf"),
    ("voclosporin", "lupkynis"),
    ("leflunomid", "arava"),
    ("belimumab", "benlysta"),
    ("anifrolumab", "saphnelo"),
    ("rituximab", "mabthera", "rituxan", "truxima", "rixathon"),
    ("obinutuzumab", "gazyva"),
    ("tofacitinib", "xeljanz"),
    ("baricitinib", "olumiant"),
    ("upadacitinib", "rinvoq"),
    ("abatacept", "orencia"),
    ("tocilizumab", "actemra", "roactemra"),
    ("immunoglobulin", "ivig"),
    ("antithymocyte", "thymoglobulin"),
)
_OF_OTHER_USE = frozenset(
    {
        *("denosumab", "romosozumab", "evolocumab", "alirocumab", "erenumab", "fremanezumab"),
        *("galcanezumab", "ranibizumab", "bevacizumab", "aflibercept", "luspatercept"),
        *("palivizumab", "nirsevimab", "tixagevimab", "cilgavimab", "bezlotoxumab"),
    }
)
_LASTING = (
    *("rituximab", "mabthera", "rituxan", "truxima", "rixathon", "obinutuzumab", "gazyva"),
    *("ocrelizumab", "ofatumumab", "alemtuzumab", "antithymocyte", "thymoglobulin"),
)


@lru_cache(maxsize=1024)  # a few names, asked again for every visit
def is_immunosuppressant(drug: str) -> bool:
    """Whether a name as typed is that of an immunosuppressant or a biologic."""
    name = name_of(drug)
    if any(part in name for part in (*_NAMES, *_BRANDS)):
        return True
    return any(word.endswith(_STEMS) and word not in _OF_OTHER_USE for word in name.split())


def which(medicine: MedicineFact) -> str | None:
    """Return one name for an immunosuppressant or biologic, however it was typed; else None."""
    if medicine.route in ROUTES_NOT_COUNTED or not is_immunosuppressant(medicine.drug):
        return None
    return _one_name(medicine.drug)


@lru_cache(maxsize=1024)
def _one_name(drug: str) -> str:
    name = name_of(drug)
    same = next((names for names in _SAME if any(part in name for part in names)), None)
    if same:
        return same[0]
    # “belimumab iv” and “Belimumab 10 mg/kg” are one by the word that says what it is.
    return next((word for word in name.split() if is_immunosuppressant(word)), name)


def mg_a_day(medicine: MedicineFact) -> Decimal | None:
    """Return mg on an average day; None in a unit that is no weight, or without a schedule."""
    factor = _MG.get((medicine.unit or "").strip().casefold())
    amount = medicine.daily_dose
    if amount is None and medicine.dose is not None and medicine.per_day is not None:
        amount = a_day(medicine.dose, medicine.per_day)
    return None if factor is None or amount is None else amount * factor


def taken_before(medicines: Iterable[MedicineFact], day: date) -> bool | None:
    """Whether one was taken in its window before the day; None where the dates do not decide."""
    found = [
        answer
        for row in medicines
        if row.route not in ROUTES_NOT_COUNTED and is_immunosuppressant(row.drug)
        if (answer := _in_window(row, day)) is not False
    ]
    return True if True in found else None if found else False


def _in_window(row: MedicineFact, day: date) -> bool | None:
    name = name_of(row.drug)
    days = LASTING_DAYS if any(part in name for part in _LASTING) else WINDOW_DAYS
    first, last = day - timedelta(days=days), day - timedelta(days=1)
    ends = row.ended_on.latest if row.ended_on else date.max
    if row.started_on.earliest > last or ends < first:
        return False
    begun = row.started_on.latest <= last
    return True if begun and _surely_until(row) >= first and not row.as_needed else None


def _surely_until(row: MedicineFact) -> date:
    """Return the last day that it was given for certain; a pulse without an end is one dose."""
    if row.ended_on:
        return row.ended_on.earliest
    return row.started_on.earliest if row.pulse else date.max
