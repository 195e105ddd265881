"""Figures on arrays of cash flows."""
