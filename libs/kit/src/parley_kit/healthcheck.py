"""Whether a service is well: ``python -m parley_kit.healthcheck localhost:50050``, or a URL.

For containers and operators. The exit status is 0 when it is, 1 when not, with the reason.
"""

from __future__ import annotations

import asyncio
import sys
import urllib.request

from grpc_health.v1 import health_pb2, health_pb2_grpc

from parley_kit.errors import ServiceError
from parley_kit.rpc import ServiceClient
from parley_kit.settings import ServiceSettings

TIMEOUT_SECONDS = 3.0
_SERVING = health_pb2.HealthCheckResponse.SERVING


async def trouble_of(address: str, settings: ServiceSettings) -> str:
    """What is wrong with the gRPC service at ``host:port``; empty when it serves."""
    client = ServiceClient(address, settings)
    stub = client.stub(health_pb2_grpc.HealthStub)
    try:
        answer = await stub.Check(
            health_pb2.HealthCheckRequest(), timeout=TIMEOUT_SECONDS, wait_for_ready=False
        )
    except ServiceError as error:
        return str(error)
    finally:
        await client.close()
    name = health_pb2.HealthCheckResponse.ServingStatus.Name(answer.status)
    return "" if answer.status == _SERVING else f"the service says {name}"


def trouble_of_url(url: str) -> str:
    """What is wrong with an HTTP service; empty when a GET answers 2xx."""
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS):  # noqa: S310  # operator's own
            return ""
    except OSError as error:  # what urllib raises for refusals, timeouts and statuses alike
        return str(error)


def main(arguments: list[str]) -> int:
    """Checks one address; answers the exit status."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m parley_kit.healthcheck host:port|http://…\n")
        return 2
    address = arguments[0]
    if address.startswith(("http://", "https://")):
        trouble = trouble_of_url(address)
    else:
        trouble = asyncio.run(trouble_of(address, ServiceSettings()))
    if trouble:
        sys.stderr.write(f"{address}: {trouble}\n")
    return 1 if trouble else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
