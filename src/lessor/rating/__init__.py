"""Leases over time: their service cut into segments, and each segment rated.

Shared by those who look ahead (`forecast`) and those who close what is past (`books`).
"""
