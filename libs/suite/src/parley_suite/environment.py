"""The environment of each process: ports, secrets, databases, and the sandbox's addresses."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

HOST = "127.0.0.1"
SERVICES = ("orchestrator", "gmail", "slack", "gateway")


@dataclass(frozen=True)
class Ports:
    """Where everything listens, on loopback."""

    gateway: int = 8000
    orchestrator: int = 50050
    gmail: int = 50051
    slack: int = 50052
    sandbox: int = 8080

    @classmethod
    def free(cls) -> Ports:
        """Five free ports."""
        sockets = [socket.socket() for _ in range(5)]
        try:
            for one in sockets:
                one.bind((HOST, 0))
            return cls(*(one.getsockname()[1] for one in sockets))
        finally:
            for one in sockets:
                one.close()


@dataclass(frozen=True)
class Secrets:
    """Random for each suite; kept by whoever wants to start it again."""

    keys: str = field(default_factory=lambda: secrets.token_hex(32))
    service_token: str = field(default_factory=lambda: secrets.token_hex(24))
    admin_key: str = field(default_factory=lambda: f"padm_{secrets.token_urlsafe(24)}")


def shared(ports: Ports, own: Secrets) -> dict[str, str]:
    """What all processes get."""
    return {
        "PARLEY_PUBLIC_URL": f"http://{HOST}:{ports.gateway}",
        "PARLEY_SECRET_KEYS": own.keys,
        "PARLEY_SERVICE_TOKEN": own.service_token,
        "PARLEY_ADMIN_KEY": own.admin_key,
        "PARLEY_CHANNELS": f"gmail={HOST}:{ports.gmail},slack={HOST}:{ports.slack}",
        "PARLEY_ORCHESTRATOR": f"{HOST}:{ports.orchestrator}",
        "PARLEY_GATEWAY_PORT": str(ports.gateway),
        "PARLEY_ORCHESTRATOR_PORT": str(ports.orchestrator),
        "PARLEY_GMAIL_PORT": str(ports.gmail),
        "PARLEY_SLACK_PORT": str(ports.slack),
        "PYTHONUNBUFFERED": "1",
    }


def sandbox(ports: Ports) -> dict[str, str]:
    """Makes the suite talk to the sandbox, and the sandbox to the suite."""
    url = f"http://{HOST}:{ports.sandbox}"
    return {
        "SANDBOX_PORT": str(ports.sandbox),
        "SANDBOX_PUBLIC_URL": url,
        **stand_ins(url, url, f"http://{HOST}:{ports.gateway}"),
    }


def stand_ins(url: str, seen_url: str, gateway_url: str) -> dict[str, str]:
    """The providers' settings that make the services use the sandbox.

    Args:
        url: The sandbox, as the services reach it.
        seen_url: The sandbox, as a person's browser reaches it.
        gateway_url: The gateway, as a person's browser reaches it.
    """
    channels = f"{gateway_url}/api/channels"
    return {
        "SLACK_CLIENT_ID": "sandbox-slack-client",
        "SLACK_CLIENT_SECRET": "sandbox-slack-secret",
        "SLACK_SIGNING_SECRET": "sandbox-slack-signing-secret",
        "SLACK_REDIRECT_URI": f"{channels}/slack/callback",
        "SLACK_API_URL": f"{url}/api/",
        "SLACK_AUTHORIZE_URL": f"{seen_url}/oauth/v2/authorize",
        "GMAIL_CLIENT_ID": "sandbox-google-client",
        "GMAIL_CLIENT_SECRET": "sandbox-google-secret",
        "GMAIL_REDIRECT_URI": f"{channels}/gmail/callback",
        "GMAIL_PUBSUB_TOPIC": "projects/sandbox/topics/gmail",
        "GMAIL_PUBSUB_AUDIENCE": f"{channels}/gmail/webhook",
        "GMAIL_PUBSUB_SERVICE_ACCOUNT": "push@sandbox.iam.gserviceaccount.com",
        "GMAIL_API_URL": f"{url}/",
        "GOOGLE_AUTHORIZE_URL": f"{seen_url}/o/oauth2/v2/auth",
        "GOOGLE_TOKEN_URL": f"{url}/token",
        "GOOGLE_REVOKE_URL": f"{url}/revoke",
        "GOOGLE_USERINFO_URL": f"{url}/oauth2/v3/userinfo",
        "GOOGLE_CERTS_URL": f"{url}/oauth2/v1/certs",
    }


def database(service: str, folder: Path, given: Mapping[str, str]) -> dict[str, str]:
    """Each service's own SQLite file in the folder, unless DATABASE_URL is given for all."""
    if given.get("DATABASE_URL"):
        return {"DATABASE_URL": given["DATABASE_URL"]}
    return {"DATABASE_URL": f"sqlite:///{folder}/{service}.db"}
