"""The exchange format, declared once for import, export and docs."""
