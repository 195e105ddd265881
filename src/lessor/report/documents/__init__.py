"""Documents that go out: invoices, notes, statements and certificates as PDF and HTML."""
