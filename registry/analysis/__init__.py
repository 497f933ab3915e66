"""What a cohort shows: pure functions from patient facts to printed numbers."""
