"""Other people's formats, in and out: translation alone, no rule of a contract."""
