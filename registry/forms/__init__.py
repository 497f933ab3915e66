"""Forms: what people type, read by the same rules as files."""
