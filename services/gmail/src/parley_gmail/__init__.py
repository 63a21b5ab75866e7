"""Parley's Gmail channel."""
