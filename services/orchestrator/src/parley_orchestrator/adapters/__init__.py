"""What the ports are connected to."""
