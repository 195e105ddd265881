"""Deals as a memo: what it says as sections of blocks, and its PDF and HTML."""
