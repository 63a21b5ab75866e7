"""What people would otherwise use, doing the same final call to Slack."""
