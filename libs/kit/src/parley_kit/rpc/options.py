"""gRPC channel arguments that both ends agree on."""

from __future__ import annotations

import ipaddress

MAX_MESSAGE_BYTES = 4 * 1024 * 1024
REQUEST_ID_KEY = "x-request-id"
TOKEN_KEY = "authorization"  # noqa: S105  # a header's name

_SIZES: list[tuple[str, int]] = [
    ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
    ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
]
_KEEPALIVE: list[tuple[str, int]] = [
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    ("grpc.keepalive_permit_without_calls", 1),
]

SERVER_OPTIONS = [
    *_SIZES,
    *_KEEPALIVE,
    ("grpc.http2.min_ping_interval_without_data_ms", 20_000),
    ("grpc.max_metadata_size", 16 * 1024),
    ("grpc.so_reuseport", 0),
    # A client that reconnects looks again for replicas, so that new ones get their share. Calls
    # and streams that run on the old connection end there in their own time.
    ("grpc.max_connection_age_ms", 60_000),
]

# Retries are the delivery queue's business alone; the backoff bounds how late a restart is noticed.
CLIENT_OPTIONS = [
    *_SIZES,
    *_KEEPALIVE,
    ("grpc.max_metadata_size", 32 * 1024),  # errors carry the winning answer in their trailers
    ("grpc.absolute_max_metadata_size", 64 * 1024),
    ("grpc.enable_retries", 0),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1_000),
]

# A name may stand for several replicas: calls take turns, and a lost one is looked for at once.
_REPLICAS: list[tuple[str, int | str]] = [
    ("grpc.service_config", '{"loadBalancingConfig": [{"round_robin": {}}]}'),
    ("grpc.dns_min_time_between_resolutions_ms", 1_000),
]


def dialled(address: str) -> tuple[str, list[tuple[str, int | str]]]:
    """The gRPC target of ``host:port`` and the channel arguments to dial it with.

    A host name is resolved by DNS to all its replicas; an IP address is one server. See
    https://github.com/grpc/grpc/blob/master/doc/naming.md and load-balancing.md.
    """
    if address.startswith("dns:"):
        return address, [*CLIENT_OPTIONS, *_REPLICAS]
    if "/" in address or _is_ip(address.rpartition(":")[0].strip("[]")):
        return address, [*CLIENT_OPTIONS]
    return f"dns:///{address}", [*CLIENT_OPTIONS, *_REPLICAS]


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
