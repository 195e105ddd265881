"""Keeps things: records in SQL, usage as columnar files."""
