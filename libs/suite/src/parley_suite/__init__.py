"""All of Parley's processes on one machine: for `make run`, tests, chaos and bench."""
