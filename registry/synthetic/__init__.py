"""PURE. Invented patients in the exchange format: the same seed and day give the same bytes.

Nobody here exists. The cohort follows published orders of magnitude only loosely and proves
nothing about any treatment.
"""

from registry.synthetic.case import MOST_PATIENTS, PATIENT_PREFIX
from registry.synthetic.cohort import DEFAULT_SEED, cohort
from registry.synthetic.folder import write_folder

__all__ = ["DEFAULT_SEED", "MOST_PATIENTS", "PATIENT_PREFIX", "cohort", "write_folder"]
