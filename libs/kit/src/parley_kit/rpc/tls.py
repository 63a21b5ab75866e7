"""Mutual TLS between services, when PARLEY_TLS_CERT, _KEY and _CA are set."""

from __future__ import annotations

from pathlib import Path

import grpc

from parley_kit.settings import ServiceSettings


def server_credentials(settings: ServiceSettings) -> grpc.ServerCredentials | None:
    """Credentials that demand a client certificate of our CA; None when TLS is not configured."""
    files = _files(settings)
    if files is None:
        return None
    ca, key, cert = files
    return grpc.ssl_server_credentials(
        [(key, cert)], root_certificates=ca, require_client_auth=True
    )


def channel_credentials(settings: ServiceSettings) -> grpc.ChannelCredentials | None:
    """Credentials that show our certificate; None when TLS is not configured."""
    files = _files(settings)
    if files is None:
        return None
    ca, key, cert = files
    return grpc.ssl_channel_credentials(ca, private_key=key, certificate_chain=cert)


def _files(settings: ServiceSettings) -> tuple[bytes, bytes, bytes] | None:
    paths: list[Path | None] = [settings.tls_ca, settings.tls_key, settings.tls_cert]
    present = [path for path in paths if path is not None]
    if not present:
        return None
    if len(present) != len(paths):
        raise ValueError("PARLEY_TLS_CERT, PARLEY_TLS_KEY and PARLEY_TLS_CA go together")
    ca, key, cert = (path.read_bytes() for path in present)
    return ca, key, cert
