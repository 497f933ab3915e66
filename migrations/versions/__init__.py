"""The steps from one schema to the next, numbered; published ones are never edited."""
