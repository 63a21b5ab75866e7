"""What channel services share: a ledger of sends, a durable inbox, connections, OAuth states.

A channel written in Python implements `Provider` and is served by `ChannelServicer`; one in another
language implements `protos/parley/channel/v1` directly.
"""
