"""The JSON that clients send and receive, as typed documents."""
