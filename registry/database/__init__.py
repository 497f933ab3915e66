"""The engine factory, the column types and the declarative base."""
