"""What Compose's one-shot jobs do: settings for all services, the demo's agent, its connections."""
