"""Write the page about the exchange format from its declarations, so that it cannot be wrong.

``python -m registry.exchange.document > docs/exchange-format.md`` renews the page.
"""

from collections.abc import Iterator

from registry.exchange.columns import Column, File
from registry.exchange.files import FILES
from registry.instruments import INSTRUMENTS

KINDS = {
    "key": "key",
    "lot_key": "lot number",
    "text": "text",
    "code": "code",
    "timepoint": "timepoint",
    "date": "date",
    "moment": "time or date",
    "number": "number",
    "integer": "whole number",
    "boolean": "true, false",
    "keys": "lot numbers",
    "list": "list",
}

INTRODUCTION = """# Exchange format

A folder (or a zip of one) of CSV files. `registry import FOLDER` reads it, `registry export
FOLDER` writes it. This page is written from the declarations that both use
(`python -m registry.exchange.document`).

- UTF-8, the header first, commas, cells with commas, quotes or line ends in double quotes.
  A byte order mark is left out with a warning.
- Dates are ISO 8601 and may be partial: `2024`, `2024-05`, `2024-05-17`. Times have an offset:
  `2024-05-17T10:30+02:00`. Numbers have a decimal point, no exponent, no thousands separator and
  no leading zero, and are kept as typed (`2.50`). Booleans are `true` and `false`.
- An empty cell means *not recorded*. Missing is never read as absent.
- Keys are 1 to 40 of `A-Z a-z 0-9 . _ -`; lot numbers are 1 to 80 printed characters without `;`.
- Cells are never escaped for spreadsheets: a name that begins with `=` stays as it is.
- Only `sites.csv` and `patients.csv` are required. The order of files, columns and rows does not
  matter. A file that is not listed here is an error.
"""

RULES = """## Errors and warnings

Every error names file, line, column, value and rule. `--dry-run` reports all at once and stores
nothing; without it everything is stored in one transaction, or nothing is.

Errors: a file, column or code that is not listed; a cell that cannot be read; a key that is given
twice; a row that refers to nothing; what is impossible whatever the unknown parts of a partial
date are: before birth, a treatment, done visit or answer after death, an end before its begin, a
date in the future (one day is allowed, because somewhere it is already tomorrow; `expires_on`,
`ended_on` of a medicine and the planned day of a missed visit may lie ahead), a lot infused before
it was made; a total outside its instrument, or beside items; answers or laboratory results of a
visit that did not take place; an infusion, course or visit of another patient; a laboratory value
that no patient can have, a lower limit above the upper one; an adverse event with neither patient
nor lot, or not serious (`serious` is `false`) although it meets a criterion of seriousness.

Warnings (*policy*, ours and not the literature's): total dose and dose per kg x weight more than 5
% apart; `daily_dose` that is not `dose` x `per_day`; a dose without a unit; more than 20 g of a
medicine; weight outside 20 to 200 kg; fewer than 1000 or more than 1000000000 cells per kg; a lot
given after it expired, or of another cell type; a cost without its currency; a timepoint that
differs from the one its date gives (the given one is kept, the derived one is used; `screening`,
`day_*` and `unscheduled` are never doubted); a missed or unexpected visit without a reason; every
item of an instrument by phone or video; diagnosis before the first symptom; older than 110 years
at enrolment; death and status that disagree; enrolment, status, consent, end of a medicine, of a
condition or of an event, biopsy, sample, contact or a reported endpoint after death; a time zone
without an IANA name; a Donation Identification Number or Single European Code whose shape or check
character is wrong; allogeneic cells without donor; a lot given while it was quarantined, rejected
or recalled, or when that is not dated; an autologous lot given to a second patient; a release test
whose state and result disagree; a laboratory value that is implausible, or cannot be converted (an
unknown analyte or unit: it is kept as typed); a value beside a state, or neither; an active
condition with an end; a pregnancy of more than 315 days; a grade that the CTCAE 5.0 term does not
have; an event before the infusion it is said to come from, known before its onset, serious without
a criterion, or with a criterion while `serious` is empty; grade 5, a fatal outcome and the
criterion *death* that do not go together.

The list is cut after 1000 of each; the rest is counted. A zip may hold 64 files, unpack to 300
times its size, and hold no paths that lead elsewhere, no links and no password. A page takes
files of 100 MB and 150 MB together; the command 4 GB and 8 GB.

## Records that are already in the registry

A row whose key is stored with the same content is a no-op; when every row is, nothing is written.
Different content is an error, unless `--update REASON`: old and new are printed first, the row
version rises, and the reason stands in the audit trail. A column that the file does not have is
left as it is. Patient and site of a record and the lots of an infusion are never replaced, nor
are visits that were signed here: they are amended on their page. Files whose key below is *the
whole row*, medicines without `medication_id` and results without `lab_id` have no key, so a
changed row is another record. A verdict about an adverse event is replaced by another one, never
taken back by an empty cell. If somebody saves while the files are read, nothing is stored
and the import is run again.

`status` and `status_on` of `patients.csv` are the latest status, `site_code`, `enrolled_on` and
`ascertainment` the first enrolment. Rows that say the same are not repeated in
`patient_status.csv` and `enrolments.csv`; a later status or an earlier enrolment there is an
error. A reason of the latest status, and the end of the first enrolment, stand there.

A row belongs to the enrolment at its `site_code`, where the file has one: the one in force on its
date, else the first. Without `site_code` all enrolments of the patient are looked at.

Imported visits are final. `signed_by` and `signed_at` are text ("signed elsewhere"), never a
signature of this registry. An item without a row is not assessed, reason `not_recorded`; an empty
`version` is the current one; answers of another one are scored by the current one, with a warning.
`total` alone is a historic total, marked, and never used where items are needed.

The canonical value of a laboratory result, its unit and the version of the rule are derived while
the file is read and stored beside what was typed. `causality` and `causality_reviewer` are the
verdicts of reporter and reviewer about the cell product; other causes do not leave. An adverse
event without a patient belongs to its lot and, where `site_code` is given, to that site.
`seriousness` and `organs` keep the order in which they were typed.

## What an export holds

Every file that has rows, all columns in this order, rows sorted by the columns from the left as
text, `\\n` at line ends, as few quotes as possible. Exported, imported into an empty registry and
exported again, the bytes are the same. Of identical rows without a key one is written. Only
visits that were signed here or imported leave; `--cut DATE` leaves out what is dated later (a
partial date counts from its first day, what has no date stays) and gives the status of that day.

What refers to something that does not leave (voided, an infusion after the cut) leaves without that
reference; a patient's event stays an event of the patient. Laboratory results of a visit that is
not signed yet stay with it, and so does the steroid dose that it states: exported, it would be
final where it is imported, without the visit and without a signature.

Not carried: users and roles, signatures, drafts (adverse events among them) and unsigned visits,
voided rows, earlier versions, the audit trail, identities, the ascertainment of later enrolments,
and which visit recorded a medicine or an adverse event. Of products and lots: maker, steps and
specification, cells and preservation of a lot, dated decisions (`release_status` is the latest).
Of courses and infusions: the responsible party; the end, the planned dose, viability when given,
hours of observation, what the cost covers and who paid, volume, cells and thawing per lot. Of
laboratories: their dated limits (each result carries its own). Of adverse events: the history of
grades, verdicts about other causes than the product, treatment, the reference document of
`expected`, when the sponsor knew and when it was passed on, and their versions. Of flares: the
visit that found one, SELENA limbs, BILAG systems, admission, the last day of its treatment, and
who adjudicated it and when. Derived numbers (totals, bounds, timepoints, canonical values) are
computed anew.
"""


def document() -> str:
    """Return the page as Markdown."""
    parts = [INTRODUCTION, RULES, "## Files\n"]
    parts += ["\n".join(_file(file)) + "\n" for file in FILES.values()]
    parts.append("\n".join(_instruments()))
    return "\n".join(parts) + "\n"


def _file(file: File) -> Iterator[str]:
    yield f"### `{file.name}`{' (required)' if file.required else ''}\n"
    key = ", ".join(f"`{name}`" for name in file.key) or "the whole row"
    yield f"{file.meaning} Key: {key}.\n"
    yield "| Column | Kind | Meaning |"
    yield "|---|---|---|"
    for column in file.columns:
        name = f"**`{column.name}`**" if column.required else f"`{column.name}`"
        yield f"| {name} | {KINDS[column.kind]} | {_meaning(column)} |"


def _meaning(column: Column) -> str:
    limits = [f"at least {column.low}"] if column.low is not None else []
    limits += [f"at most {column.high}"] if column.high is not None else []
    unit = [f"unit: {column.unit}"] if column.unit else []
    listed = [f"one of {', '.join(f'`{code}`' for code in column.codes)}"] if column.codes else []
    return "; ".join([column.meaning, *listed, *unit, *limits])


def _instruments() -> Iterator[str]:
    yield "## Instruments of `assessments.csv`\n"
    for instrument in INSTRUMENTS.values():
        if instrument.stored:
            items = ", ".join(f"`{item.code}`" for item in instrument.items)
            totalled = instrument.kind == "items" and instrument.totalled
            total = ", or `total` alone" if totalled else ""
            yield f"- `{instrument.code}` (version {instrument.version}): {items}{total}."
    yield "\nBold columns are required. `timepoint` is `screening`, `baseline`, `day_0`, `day_1`,"
    yield "`day_7`, `day_14`, `day_28`, `day_100`, `month_1`, `month_3`, `month_6`, `month_9`,"
    yield "`month_12`, `month_18`, `month_24`, `year_3` and later years, or `unscheduled`."


if __name__ == "__main__":
    import click

    click.echo(document(), nl=False)
