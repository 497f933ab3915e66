"""The fixed sentences that stand on every summary: what the design is, and what it cannot say."""

DESIGN = (
    "Observational registry without a control group. Patients are described before and after "
    "treatment; where a value was lower after treatment, this design cannot say why."
)
LIMITS = (
    "There is no control group: the natural course of lupus, regression to the mean after "
    "treatment at the worst moment, and other treatment given at the same time are not separated "
    "from the cell therapy.",
    "Patients who were seen may differ from those who died, withdrew, were lost or missed the "
    "visit: read every percentage together with the flow and with its rows of bounds.",
    "Retrospective patients were entered when their outcome could already be known; the "
    "prospective rows are the main analysis.",
    "Intervals are 95 % and express chance alone, not selection, missing data or error of "
    "measurement; they are not adjusted for the number of results shown.",
    "Reported results were defined and counted by others and copied here; they are never mixed "
    "with what the registry computes.",
    "Patients were not assigned to groups at random: groups are described, not ranked.",
)
