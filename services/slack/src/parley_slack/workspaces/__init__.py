"""The connected workspaces: how they are connected, called, watched and searched for people."""
