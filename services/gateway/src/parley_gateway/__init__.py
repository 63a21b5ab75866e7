"""The gateway: REST, OAuth, webhooks and WebSocket in front of the orchestrator. No state."""
