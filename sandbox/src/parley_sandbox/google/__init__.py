"""A stand-in for Google: OAuth, Gmail mailboxes and Pub/Sub pushes."""
