"""The rules of a deal, one period at a time."""
