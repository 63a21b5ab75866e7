"""Parley's orchestrator: routing, delivery, decisions, sync."""
