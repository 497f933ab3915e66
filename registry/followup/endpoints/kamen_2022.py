"""SRI-4 at week 24 with prednisone of 10 mg or less by week 20: a trial of cord MSC, phase 1.

Week 24 is day 168; it lies in the window of month 6 (day 137 to 228), whose visit is judged.
"""

from decimal import Decimal

from registry.followup import intercurrent as rules
from registry.followup.endpoints.base import ProtocolEndpoint
from registry.followup.states.base import FAILURES

CEILING_MG = Decimal(10)
WEEK_20 = 140  # days after day 0

ENDPOINT = ProtocolEndpoint(
    name="kamen_2022",
    version="2022/1",
    title="SRI-4 at week 24 (Kamen 2022)",
    timepoint="month_6",
    responder="sri_4",
    failures=(
        rules.steroid_above(
            CEILING_MG, WEEK_20, "at week 20 or later", "steroid_above_10_mg_after_week_20"
        ),
        # The SRI itself asks for no treatment failure.
        rules.recorded_failure(*sorted(FAILURES)),
    ),
    source="Kamen DL et al. Lupus Sci Med 2022;9:e000704",
    notes={"week 24": "the visit of month 6, day 137 to 228 (policy)"},
)
