"""What the orchestrator and the channels answer, as the JSON that clients read."""
