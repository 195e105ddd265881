"""Deal records: what an underwriter writes down, read and checked."""
