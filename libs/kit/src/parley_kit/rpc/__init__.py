"""gRPC servers and channels, alike in every service."""

from parley_kit.rpc.client import ServiceClient
from parley_kit.rpc.server import Registration, ServiceServer

__all__ = ["Registration", "ServiceClient", "ServiceServer"]
