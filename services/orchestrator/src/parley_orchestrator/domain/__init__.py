"""The rules, pure and frozen: no I/O, no clock, no chance."""
