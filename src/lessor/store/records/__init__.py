"""Leases, invoices and the rest, in SQLite or PostgreSQL."""
