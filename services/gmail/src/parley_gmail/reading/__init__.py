"""What a mail says: pure, from bytes to a `Reading`."""
