"""What leaves the registry: one export per file."""
