"""Parley's Slack channel: messages, cards and answers in direct messages."""
