"""The registry's own primary end point, fixed before data are seen: response at month 12."""

from decimal import Decimal

from registry.followup import intercurrent as rules
from registry.followup.endpoints.base import ProtocolEndpoint
from registry.followup.states.base import POLICY

CEILING_MG = Decimal(10)
WEEK_20 = 140  # days after day 0
PULSE_DAY = 28

ENDPOINT = ProtocolEndpoint(
    name="default_primary",
    version="1",
    title="Response at month 12",
    timepoint="month_12",
    responder="sri_4",
    otherwise="csledai_4",
    failures=(
        rules.NEW_TREATMENT,
        rules.DOSE_ABOVE_BASELINE,
        rules.ANOTHER_COURSE,
        rules.CYCLOPHOSPHAMIDE,
        rules.pulse_after(PULSE_DAY),
        rules.STEROID_ABOVE_BASELINE,
        rules.steroid_above(
            CEILING_MG, WEEK_20 + 1, "after week 20", "steroid_above_10_mg_after_week_20"
        ),
        rules.recorded_failure("treatment_failure", "rescue_other"),
    ),
    source=POLICY,
)
