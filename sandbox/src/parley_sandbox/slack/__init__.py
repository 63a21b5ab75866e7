"""A stand-in for one Slack workspace: Web API, OAuth, events and interactions."""
