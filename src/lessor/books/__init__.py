"""Closed periods: what is billed, corrected and kept, in Decimal; records in, records out."""
