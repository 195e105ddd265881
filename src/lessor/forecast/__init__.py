"""A deal run from its first period to its last."""
