"""What people read in their own language: texts from catalogues, numbers, money and days."""

from lessor.report.tongues.tongue import LANGUAGES, Language, Tongue, msg, tongue

__all__ = ["LANGUAGES", "Language", "Tongue", "msg", "tongue"]
