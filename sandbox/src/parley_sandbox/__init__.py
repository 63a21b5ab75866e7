"""Runnable stand-ins for Slack and Google: one process, one port, state in memory."""
