"""A deal as a workbook with live formulas: the engine run on cells, laid out and written."""
