"""What the orchestrator can do, one verb a file."""
