"""Named reads: every SELECT with a join or an aggregate, always within a reach."""
