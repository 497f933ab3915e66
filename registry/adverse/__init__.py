"""Adverse events, pure: terms with the grades that exist, rules, probable duplicates."""
