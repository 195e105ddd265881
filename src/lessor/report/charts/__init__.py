"""Charts as Vega-Lite specifications with their data inside, in the reader's language."""
