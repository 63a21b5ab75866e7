"""Sending, updating and looking for what was sent."""
