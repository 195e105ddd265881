"""Lessor: underwrite, bill and finance the leasing of AI compute."""

__version__ = "0.1.0"
