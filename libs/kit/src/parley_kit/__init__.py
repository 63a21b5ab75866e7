"""What every Parley service shares: server, client, errors, settings, sealing, store, logs, clock."""
