"""Numbers, faults, dates and money: what every other room stands on."""
