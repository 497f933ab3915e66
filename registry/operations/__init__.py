"""Named writes: they flush inside the caller's transaction and never commit."""
