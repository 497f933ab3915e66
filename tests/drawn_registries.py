"""Hypothesis strategies for whole exchange folders that break no rule, odd letters and all."""

from datetime import date

from hypothesis import strategies as st

from registry.exchange.files import FILES
from registry.instruments import INSTRUMENTS

Rows = dict[str, list[dict[str, str]]]

awkward = st.sampled_from(["a\r", "a\r\nb", '"', ",", " x ", "=1+1", ";", "\ufeff", "\x85", "null"])
words = awkward | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=8
)
maybe_words = st.just("") | words
days = st.dates(date(2005, 1, 1), date(2025, 12, 31)).map(date.isoformat)
partial = st.builds(lambda day, length: day[:length], days, st.sampled_from([4, 7, 10]))
maybe_date = st.just("") | partial
times = st.sampled_from(["T10:30+02:00", "T00:00Z", "T23:59:59-07:00"])
moments = partial | st.builds(str.__add__, days, times)
# Later than any other day that is drawn, so that an end is never before its begin.
maybe_end = st.sampled_from(["", "2026", "2026-03"])
numbers = st.just("") | st.sampled_from(["0", "2.50", "0.010", "100000000", "7"])
keys = st.text("abcXYZ019._-", min_size=1, max_size=6)
booleans = st.sampled_from(["", "true", "false"])
answers = st.sampled_from(["present", "absent", "not_assessed"])
ITEMS = [item.code for item in INSTRUMENTS["sledai_2k"].items]
FURTHER = (
    *("bilag_2004", "clasi", "joint_count_28", "rand_36", "fatigue_vas", "pain_nrs"),
    *("lupusqol", "promis_29", "sf_36", "facit_fatigue", "selena_sledai", "sledai_1992"),
)
# What can be converted, what is in words, and what the registry has never heard of.
RESULTS = st.sampled_from(
    [
        {"analyte": "c3", "value": "0.80", "unit": "g/L"},
        {"analyte": "c3", "value": "80", "unit": "mg/dL", "comparator": "<="},
        {"analyte": "c3", "value": "12", "unit": "furlongs"},
        {"analyte": "c3", "state": "pending"},
        {"analyte": "anti_dsdna", "value": "positive"},
        {"analyte": "=own, analyte", "value": 'a "few"\nmore', "unit": ";"},
    ]
)
PARTS = st.lists(words.map(lambda text: text.replace(";", "").strip()).filter(bool), unique=True)


def code(file: str, column: str, *, empty: bool = True) -> st.SearchStrategy[str]:
    found = st.sampled_from(list(FILES[file].column(column).codes))
    return st.just("") | found if empty else found


@st.composite
def registries(draw) -> Rows:
    """Draw a folder that breaks no rule; the letters in it are as odd as they come."""
    files: Rows = {name: [] for name in FILES}
    sites = draw(st.lists(keys, min_size=1, max_size=3, unique=True))
    files["sites.csv"] = [{"site_code": site, "name": draw(words)} for site in sites]
    lots = draw(st.lists(words.filter(fit_for_lot), max_size=2, unique=True))
    for number, lot in enumerate(lots):
        lot_rows(draw, files, lot)
        event(draw, files, f"l{number}", {"lot_id": lot, "site_code": draw(st.sampled_from(sites))})
    for patient in draw(st.lists(keys, max_size=3, unique=True)):
        person(draw, files, patient, sites)
        treatment(draw, files, patient, lots)
        history(draw, files, patient)
        for number in range(draw(st.integers(0, 2))):
            visit(draw, files, patient, f"{patient}.{number}")
        happenings(draw, files, patient, lots)
    return files


def fit_for_lot(text: str) -> bool:
    return text == text.strip() and text.isprintable() and ";" not in text


def add(files: Rows, name: str, row: dict[str, str]) -> None:
    """Add a row, unless the file holds the same one already."""
    if row not in files[name]:
        files[name].append(row)


def lot_rows(draw, files: Rows, lot: str) -> None:
    row = {"lot_id": lot, "cell_type": draw(code("lots.csv", "cell_type", empty=False))}
    files["lots.csv"].append(row | {"product_name": draw(maybe_words), "din": draw(maybe_words)})
    for _ in range(draw(st.integers(0, 2))):
        test = {"lot_id": lot, "test": draw(words), "result": draw(maybe_words)}
        test |= {"comparator": draw(code("lot_tests.csv", "comparator"))}
        test |= {"limit": draw(maybe_words), "state": draw(code("lot_tests.csv", "state"))}
        add(files, "lot_tests.csv", test | {"reported_on": draw(maybe_date)})


def person(draw, files: Rows, patient: str, sites: list[str]) -> None:
    stays = sorted(draw(st.lists(days, min_size=1, max_size=3, unique=True)))
    row = {"patient_id": patient, "site_code": draw(st.sampled_from(sites)), "sex": "female"}
    row |= {
        "enrolled_on": stays[0],
        "ancestry": draw(maybe_words),
        "death_cause": draw(maybe_words),
    }
    row |= {"ascertainment": draw(code("patients.csv", "ascertainment"))}
    statuses = sorted(draw(st.lists(days, max_size=3)))
    if statuses:
        row |= {"status": draw(code("patients.csv", "status", empty=False))}
        row |= {"status_on": statuses[-1]}
    for on in statuses:
        status = draw(code("patients.csv", "status", empty=False))
        found = {"patient_id": patient, "status": status, "on": on, "reason": draw(maybe_words)}
        add(files, "patient_status.csv", found)
    for on in stays[draw(st.integers(0, 1)) :]:
        site = row["site_code"] if on == stays[0] else draw(st.sampled_from(sites))
        end = draw(st.sampled_from(["", "2026"]))
        stay = {"patient_id": patient, "site_code": site, "from_on": on, "to_on": end}
        files["enrolments.csv"].append(stay)
    files["patients.csv"].append(row)


def treatment(draw, files: Rows, patient: str, lots: list[str]) -> None:
    course = f"c{patient}"
    files["courses.csv"].append(
        {"course_id": course, "patient_id": patient, "trial": draw(maybe_words)}
    )
    given = draw(st.sampled_from(["2026", "2026-01", "2026-02-01T10:30+02:00", "2026-03-04"]))
    infusion = {"infusion_id": f"i{patient}", "patient_id": patient, "started_at": given}
    infusion |= {"cell_type": draw(code("lots.csv", "cell_type", empty=False)), "course_id": course}
    infusion |= {"lot_ids": ";".join(lots), "dose_total_cells": draw(numbers)}
    files["infusions.csv"].append(infusion | {"reaction": draw(maybe_words)})
    for _ in range(draw(st.integers(0, 2))):
        drug = {"patient_id": patient, "drug": draw(words), "started_on": draw(partial)}
        add(files, "medications.csv", drug | {"dose": draw(numbers), "pulse": draw(booleans)})
    given_with = draw(st.sampled_from(["", f"i{patient}"]))
    adjunct = {"patient_id": patient, "adjunct": draw(words), "given_on": draw(partial)}
    add(files, "adjuncts.csv", adjunct | {"dose": draw(numbers), "infusion_id": given_with})
    endpoint = {"patient_id": patient, "definition": draw(words), "timepoint": "year_3"}
    files["endpoints.csv"].append(
        endpoint | {"state": "not_evaluable", "origin": draw(maybe_words)}
    )


def history(draw, files: Rows, patient: str) -> None:
    condition = {"patient_id": patient, "condition": draw(words), "onset_on": draw(maybe_date)}
    condition |= {"active": draw(booleans), "detail": draw(maybe_words)}
    add(files, "conditions.csv", condition | {"ended_on": draw(maybe_end)})
    biopsy = {"patient_id": patient, "taken_on": draw(partial), "classes": draw(words)}
    add(files, "biopsies.csv", biopsy | {"activity_index": draw(st.sampled_from(["", "0", "24"]))})
    pregnancy = {"patient_id": patient, "began_on": draw(partial), "outcome": draw(maybe_words)}
    add(files, "pregnancies.csv", pregnancy | {"ended_on": draw(maybe_end)})


def visit(draw, files: Rows, patient: str, visit_id: str) -> None:
    row = {"visit_id": visit_id, "patient_id": patient, "visited_on": draw(partial)}
    files["visits.csv"].append(row | {"reason": draw(maybe_words), "signed_by": draw(maybe_words)})
    for item in draw(st.lists(st.sampled_from(ITEMS), unique=True, max_size=4)):
        answer = {"visit_id": visit_id, "instrument": "sledai_2k", "item": item}
        value = draw(answers)
        reason = draw(maybe_words) if value == "not_assessed" else ""
        files["assessments.csv"].append(answer | {"value": value, "reason": reason})
    if draw(st.booleans()):
        pga = {"visit_id": visit_id, "instrument": "pga", "item": "value"}
        value = draw(st.sampled_from(["0", "1.50", "not_assessed", "3.0"]))
        files["assessments.csv"].append(pga | {"value": value, "assessed_on": draw(maybe_date)})
    for code in draw(st.lists(st.sampled_from(FURTHER), unique=True, max_size=2)):
        further(draw, files, visit_id, code)
    for number in range(draw(st.integers(0, 2))):
        result(draw, files, patient, visit_id, number)


def further(draw, files: Rows, visit_id: str, code: str) -> None:
    """Answer some items of another instrument, each by its kind."""
    items = {item.code: item for item in INSTRUMENTS[code].items}
    chosen = st.lists(st.sampled_from(sorted(items)), unique=True, min_size=1, max_size=4)
    for item in map(items.__getitem__, draw(chosen)):
        value = draw(st.just("not_assessed") | given(item))
        row = {"visit_id": visit_id, "instrument": code, "item": item.code, "value": value}
        reason = draw(maybe_words) if value == "not_assessed" else ""
        files["assessments.csv"].append(row | {"reason": reason})


def given(item) -> st.SearchStrategy[str]:
    """Return answers of one item as a file has them."""
    if item.kind == "choice":
        return st.sampled_from(sorted(item.choices))
    if item.kind == "number":
        return st.decimals(item.low, item.high, places=item.places).map(str)
    return answers


def result(draw, files: Rows, patient: str, visit_id: str, number: int) -> None:
    row = {"patient_id": patient, "collected_on": draw(moments)} | draw(RESULTS)
    row |= {"lab_id": draw(st.sampled_from(["", f"{visit_id}.{number}"]))}
    row |= {"visit_id": draw(st.sampled_from(["", visit_id])), "laboratory": draw(maybe_words)}
    row |= {"lower_limit": draw(st.sampled_from(["", "-1", "0.90"])), "upper_limit": draw(limits)}
    add(files, "labs.csv", row)


limits = st.sampled_from(["", "0.90", "1.80"])


def happenings(draw, files: Rows, patient: str, lots: list[str]) -> None:
    flare = {"flare_id": f"f{patient}", "patient_id": patient, "onset_on": draw(partial)}
    flare |= {"organs": ";".join(draw(PARTS)), "source": draw(maybe_words)}
    files["flares.csv"].append(flare | {"ended_on": draw(maybe_end)})
    happened = {"patient_id": patient, "type": draw(words), "on": draw(partial)}
    happened |= {"course_id": draw(st.sampled_from(["", f"c{patient}"]))}
    add(files, "intercurrent_events.csv", happened | {"planned": draw(booleans)})
    contact = {"patient_id": patient, "attempted_at": draw(moments), "result": draw(words)}
    contact |= {"mode": draw(code("contacts.csv", "mode", empty=False))}
    add(files, "contacts.csv", contact)
    owner = {"patient_id": patient, "lot_id": draw(st.sampled_from(["", *lots]))}
    event(draw, files, patient, owner | {"infusion_id": draw(st.sampled_from(["", f"i{patient}"]))})


def event(draw, files: Rows, name: str, owner: dict[str, str]) -> None:
    criteria = draw(st.lists(code("adverse_events.csv", "seriousness", empty=False), unique=True))
    row = {"event_id": f"e{name}", "verbatim_term": draw(words)} | owner
    row |= {"started_on": draw(st.just("") | moments), "ended_on": draw(maybe_end)}
    row |= {"term": draw(maybe_words), "soc": draw(maybe_words), "narrative": draw(maybe_words)}
    row |= {"grade": draw(st.sampled_from(["", "1", "3", "5"])), "seriousness": ";".join(criteria)}
    row |= {"serious": draw(st.sampled_from(["", "true"])) if criteria else draw(booleans)}
    for column in ("causality", "causality_reviewer", "outcome"):
        row[column] = draw(code("adverse_events.csv", column))
    row |= {"site_aware_at": draw(st.just("") | moments), "solicited": draw(booleans)}
    files["adverse_events.csv"].append(row)
