"""What people and Slack tell us: verified, stored, then acknowledged."""
