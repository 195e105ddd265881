"""Usage events: counted once, kept for ever, summed by hour."""
