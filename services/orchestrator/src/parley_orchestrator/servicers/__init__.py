"""RPC in, use case, RPC out; no rules."""
