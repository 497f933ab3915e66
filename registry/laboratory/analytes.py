"""Every analyte the registry knows: code, canonical unit, what is plausible and what impossible.

Limits of plausibility are policy and only warn; impossible values are refused. They are no normal
ranges: those belong to a laboratory, an assay and a date. An antibody measured by another assay is
another analyte, because their units do not compare. LOINC only where it is certain.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

from registry.instruments import units
from registry.instruments.units import Quantity

Kind = Literal["numeric", "qualitative", "titre"]
Bounds = tuple[Decimal | None, Decimal | None]
PANELS: Mapping[str, str] = MappingProxyType(
    {
        "blood": "Blood count",
        "subsets": "Lymphocyte subsets",
        "kidney": "Kidney and urine",
        "complement": "Complement",
        "antibodies": "Antibodies",
        "phospholipids": "Antiphospholipid antibodies",
        "chemistry": "Inflammation and chemistry",
        "immunoglobulins": "Immunoglobulins",
        "infection": "Infection screening",
        "transplant": "Before a graft",
        "body": "Body",
    }
)


@dataclass(frozen=True, slots=True)
class Analyte:
    """One thing a laboratory measures; bounds are in the canonical unit, both ends included."""

    code: str
    title: str
    panel: str
    quantity: Quantity | None = None  # None: words only
    kind: Kind = "numeric"
    plausible: Bounds = (None, None)
    possible: Bounds = (Decimal(0), None)
    loinc: str = ""
    aliases: tuple[str, ...] = ()
    words: bool = False  # positive, negative and the like are results too

    @property
    def unit(self) -> str | None:
        """The canonical unit."""
        return self.quantity.canonical.name if self.quantity else None


def _bounds(text: str) -> Bounds:
    """Read ``0.5..30``; an end may be left open."""
    low, _, high = text.partition("..")
    return Decimal(low) if low else None, Decimal(high) if high else None


def _number(  # noqa: PLR0913, PLR0917 - the columns of the table below
    code: str,
    title: str,
    panel: str,
    quantity: Quantity,
    plausible: str,
    possible: str,
    loinc: str = "",
    *aliases: str,
) -> Analyte:
    return Analyte(
        *(code, title, panel, quantity, "numeric", _bounds(plausible), _bounds(possible), loinc),
        aliases=aliases,
    )


def _antibody(
    code: str, title: str, panel: str, quantity: Quantity, *aliases: str, loinc: str = ""
) -> Analyte:
    """Declare an antibody in units of its assay; a laboratory may report words instead."""
    bounds = (_bounds(".."), _bounds("0..1000000"))
    return Analyte(code, title, panel, quantity, "numeric", *bounds, loinc, aliases, words=True)


def _titre(code: str, title: str, *aliases: str, loinc: str = "") -> Analyte:
    bounds = (_bounds("1..40960"), _bounds("1..10000000"))
    return Analyte(
        *(code, title, "antibodies", units.TITRE, "titre", *bounds, loinc, aliases), words=True
    )


def _words(code: str, title: str, panel: str, *aliases: str, loinc: str = "") -> Analyte:
    return Analyte(
        *(code, title, panel, None, "qualitative", (None, None), (None, None), loinc, aliases),
        words=True,
    )


_CELLS, _MASS = units.CELLS, units.MASS
_ALL = (
    _number("leukocytes", "Leukocytes", "blood", _CELLS, "0.5..30", "0..500", "6690-2",
            "wbc", "white cells", "white blood cells", "leucocytes"),
    _number("neutrophils", "Neutrophils", "blood", _CELLS, "0.5..25", "0..500", "",
            "neut", "anc", "absolute neutrophil count"),
    _number("lymphocytes", "Lymphocytes", "blood", _CELLS, "0.1..10", "0..500", "731-0",
            "lymph", "alc", "absolute lymphocyte count"),
    _number("monocytes", "Monocytes", "blood", _CELLS, "0..3", "0..500"),
    _number("eosinophils", "Eosinophils", "blood", _CELLS, "0..3", "0..500"),
    _number("haemoglobin", "Haemoglobin", "blood", _MASS, "50..200", "10..300", "718-7",
            "hb", "hgb", "hemoglobin"),
    _number("haematocrit", "Haematocrit", "blood", units.FRACTION, "15..65", "1..90", "",
            "hct", "hematocrit"),
    _number("platelets", "Platelets", "blood", _CELLS, "10..800", "0..3000", "777-3",
            "plt", "thrombocytes", "platelet count"),
    _number("reticulocytes", "Reticulocytes", "blood", _CELLS, "5..400", "0..2000"),
    _number("cd3_t_cells", "CD3 T cells", "subsets", _CELLS, "0..5", "0..100", "", "cd3"),
    _number("cd4_t_cells", "CD4 T cells", "subsets", _CELLS, "0..3", "0..100", "", "cd4"),
    _number("cd8_t_cells", "CD8 T cells", "subsets", _CELLS, "0..3", "0..100", "", "cd8"),
    _number("cd19_b_cells", "CD19 B cells", "subsets", _CELLS, "0..2", "0..100", "",
            "cd19", "b cells", "cd20"),
    _number("nk_cells", "NK cells", "subsets", _CELLS, "0..2", "0..100", "", "cd56", "nk"),
    _number("regulatory_t_cells", "Regulatory T cells, share of CD4", "subsets", units.FRACTION,
            "0..20", "0..100", "", "treg", "tregs"),
    _number("creatinine", "Creatinine, serum", "kidney", units.CREATININE, "20..1000", "5..3000",
            "14682-9", "crea", "serum creatinine", "scr"),
    _number("egfr", "eGFR as reported", "kidney", units.FILTRATION, "5..150", "0..250", "",
            "gfr", "estimated gfr"),
    # One equation, one analyte: like assays of an antibody they do not compare.
    _number("egfr_ckd_epi_2021", "eGFR as reported, CKD-EPI 2021", "kidney", units.FILTRATION,
            "5..150", "0..250"),
    _number("egfr_ckd_epi_2009", "eGFR as reported, CKD-EPI 2009", "kidney", units.FILTRATION,
            "5..150", "0..250"),
    _number("egfr_mdrd", "eGFR as reported, MDRD", "kidney", units.FILTRATION,
            "5..150", "0..250", "", "mdrd"),
    _number("upcr", "Urine protein to creatinine", "kidney", units.UPCR, "0..1700", "0..4530",
            "2890-2", "pcr", "protein creatinine ratio", "urine protein creatinine ratio"),
    _number("protein_24h", "Urine protein in 24 hours", "kidney", units.PROTEIN_24H, "0..15",
            "0..50", "2889-4", "24h protein", "proteinuria 24h", "24 h urine protein"),
    _number("urine_red_cells", "Urine red cells per field", "kidney", units.PER_FIELD, "0..200",
            "0..10000", "13945-1", "rbc_hpf", "urine rbc", "urine rbc hpf"),
    _number("urine_white_cells", "Urine white cells per field", "kidney", units.PER_FIELD,
            "0..200", "0..10000", "5821-4", "wbc_hpf", "urine wbc", "urine wbc hpf"),
    _words("urine_casts", "Urine casts", "kidney", "casts", "urinary casts"),
    _words("dipstick_protein", "Dipstick protein", "kidney", "urine dipstick protein"),
    _number("c3", "C3", "complement", _MASS, "0.2..2.5", "0..5", "4485-9", "complement c3"),
    _number("c4", "C4", "complement", _MASS, "0.01..0.8", "0..2", "4498-2", "complement c4"),
    _number("ch50", "CH50", "complement", units.ASSAY_UNITS, "0..200", "0..2000", "4532-8",
            "total haemolytic complement"),
    _antibody("anti_dsdna_farr", "Anti-dsDNA, Farr", "antibodies", units.INTERNATIONAL,
              "dsdna farr", "farr"),
    _antibody("anti_dsdna_elisa", "Anti-dsDNA, ELISA", "antibodies", units.INTERNATIONAL,
              "dsdna elisa", "anti-dsdna elisa", loinc="32677-7"),
    _titre("anti_dsdna_clift", "Anti-dsDNA, Crithidia (CLIFT)", "dsdna clift", "clift",
           "crithidia"),
    _titre("ana", "ANA", "ana titre", "antinuclear antibodies", loinc="5048-4"),
    _antibody("anti_sm", "Anti-Sm", "antibodies", units.ASSAY_UNITS, "sm", "anti-smith"),
    _antibody("anti_rnp", "Anti-U1RNP", "antibodies", units.ASSAY_UNITS, "rnp", "u1rnp"),
    _antibody("anti_ro", "Anti-Ro (SSA)", "antibodies", units.ASSAY_UNITS, "ro", "ssa"),
    _antibody("anti_la", "Anti-La (SSB)", "antibodies", units.ASSAY_UNITS, "la", "ssb"),
    _words("direct_coombs", "Direct Coombs test", "antibodies", "coombs", "dat"),
    _words("lupus_anticoagulant", "Lupus anticoagulant", "phospholipids", "lac"),
    _antibody("anticardiolipin_igg", "Anticardiolipin IgG", "phospholipids",
              units.PHOSPHOLIPID_IGG, "acl igg"),
    _antibody("anticardiolipin_igm", "Anticardiolipin IgM", "phospholipids",
              units.PHOSPHOLIPID_IGM, "acl igm"),
    _antibody("anti_beta2gp1_igg", "Anti-β2 glycoprotein I IgG", "phospholipids",
              units.ASSAY_UNITS, "b2gp1 igg"),
    _antibody("anti_beta2gp1_igm", "Anti-β2 glycoprotein I IgM", "phospholipids",
              units.ASSAY_UNITS, "b2gp1 igm"),
    _number("crp", "CRP", "chemistry", units.SMALL_MASS, "0..300", "0..1000", "1988-5",
            "c-reactive protein"),
    _number("esr", "ESR", "chemistry", units.SEDIMENTATION, "0..140", "0..250", "30341-2",
            "sedimentation rate"),
    _number("alt", "ALT", "chemistry", units.ENZYME, "3..500", "0..50000", "1742-6", "alat", "gpt"),
    _number("ast", "AST", "chemistry", units.ENZYME, "3..500", "0..50000", "1920-8", "asat", "got"),
    _number("bilirubin", "Bilirubin, total", "chemistry", units.BILIRUBIN, "1..200", "0..1500"),
    _number("ck", "Creatine kinase", "chemistry", units.ENZYME, "10..2000", "0..1000000", "2157-6",
            "cpk", "creatine kinase"),
    _number("ldh", "LDH", "chemistry", units.ENZYME, "50..1500", "0..100000"),
    _number("ferritin", "Ferritin", "chemistry", units.TRACE_MASS, "1..5000", "0..1000000"),
    _number("albumin", "Albumin, serum", "chemistry", _MASS, "10..60", "1..100", "1751-7", "alb"),
    _number("igg", "IgG", "immunoglobulins", _MASS, "1..40", "0..150", "2465-3",
            "immunoglobulin g"),
    _number("iga", "IgA", "immunoglobulins", _MASS, "0..10", "0..100", "2458-8",
            "immunoglobulin a"),
    _number("igm", "IgM", "immunoglobulins", _MASS, "0..10", "0..150", "2472-9",
            "immunoglobulin m"),
    _words("hbsag", "Hepatitis B surface antigen", "infection", "hbs antigen", "hbs ag"),
    _words("anti_hbc", "Anti-HBc", "infection", "hepatitis b core antibody"),
    _antibody("anti_hbs", "Anti-HBs", "infection", Quantity((units.Unit("mIU/mL",
              spelt=("IU/L",)),)), "hepatitis b surface antibody"),
    _words("anti_hcv", "Anti-HCV", "infection", "hepatitis c antibody", "hcv"),
    _words("hiv", "HIV 1 and 2", "infection", "hiv antibody", "hiv ag/ab"),
    _words("cmv_igg", "CMV IgG", "infection", "cytomegalovirus igg"),
    _words("ebv_igg", "EBV IgG", "infection", "epstein-barr igg"),
    _words("igra", "Tuberculosis, interferon-γ release", "infection", "quantiferon", "t-spot"),
    _words("anti_hla", "Anti-HLA antibodies", "transplant", "hla antibodies", "dsa"),
    _number("temperature", "Temperature", "body", units.TEMPERATURE, "35..40.5", "30..45",
            "8310-5", "temp", "body temperature"),
    _number("weight", "Weight", "body", units.WEIGHT, "20..200", "1..400", "29463-7",
            "body weight"),
)  # fmt: skip

ANALYTES: Mapping[str, Analyte] = MappingProxyType({analyte.code: analyte for analyte in _ALL})


def _name(text: str) -> str:
    return " ".join(text.replace("_", " ").replace("-", " ").split()).casefold()


_BY_NAME: Mapping[str, Analyte] = MappingProxyType(
    {
        _name(name): analyte
        for analyte in reversed(_ALL)
        for name in (*analyte.aliases, analyte.title, analyte.code)
    }
)


def find(text: str) -> Analyte | None:
    """Return the analyte of a code, a title or another name in use, whatever its case."""
    return _BY_NAME.get(_name(text))


def code_of(text: str) -> str:
    """Return the code of an analyte however it is written; words that name none stay words."""
    found = find(text)
    return found.code if found else text


def spellings(codes: Iterable[str]) -> tuple[str, ...]:
    """Return, in lower case, how results of these analytes may be written in a file."""
    return tuple(sorted({text for code in codes for text in _spelt(ANALYTES[code])}))


def _spelt(analyte: Analyte) -> Iterator[str]:
    for name in (analyte.code, analyte.title, *analyte.aliases):
        yield name.casefold()
        yield from (_name(name).replace(" ", between) for between in " _-")
