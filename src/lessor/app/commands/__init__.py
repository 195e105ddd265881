"""One module a command: parsed arguments in, an Outcome out.

What a command needs is imported inside of it, so that a cold start loads no more than it uses.
"""
