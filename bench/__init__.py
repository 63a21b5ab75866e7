"""Measurements: ratios within one run. `make bench` writes bench/results/*.json."""
