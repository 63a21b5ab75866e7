"""Markdown and cards as Block Kit. Pure: no network, no clock."""
