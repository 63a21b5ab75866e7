"""Event log fan-out, presence, waiting for news."""
