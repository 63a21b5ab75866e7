"""What `make run` seeds: an agent, a person, a first conversation."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx

from parley.common.v1 import caller_pb2
from parley.orchestrator.v1 import agents_pb2, agents_pb2_grpc
from parley_kit.rpc import ServiceClient
from parley_kit.settings import ServiceSettings
from parley_suite.environment import Secrets
from parley_suite.suite import READY_SECONDS


@dataclass(frozen=True)
class Demo:
    """The seeded agent and person."""

    agent_key: str
    user_id: str
    session_id: str


def load_secrets(path: Path) -> Secrets:
    """The secrets of an earlier run, or new ones, kept in a file that only the owner reads."""
    if path.exists():
        return Secrets(**json.loads(path.read_text()))
    own = Secrets()
    _write(path, asdict(own))
    return own


def load_demo(path: Path) -> Demo | None:
    """What an earlier run seeded."""
    return Demo(**json.loads(path.read_text())) if path.exists() else None


async def create_agent(orchestrator: str, service_token: str) -> str:
    """Creates the demo agent before the gateway runs, so that the gateway can be given its key."""
    client = ServiceClient(
        orchestrator, ServiceSettings.model_validate({"PARLEY_SERVICE_TOKEN": service_token})
    )
    stub = client.stub(agents_pb2_grpc.AgentServiceStub)
    request = agents_pb2.CreateAgentRequest(
        caller=caller_pb2.Caller(admin=caller_pb2.Admin()), name="Deploy agent"
    )
    try:
        return (await stub.CreateAgent(request, timeout=READY_SECONDS)).key
    finally:
        await client.close()


def seed(url: str, admin_key: str, agent_key: str, path: Path) -> Demo:
    """Creates Ann and a conversation with the demo agent, and keeps what is needed to go on."""
    admin = {"authorization": f"Bearer {admin_key}"}
    agent_auth = {"authorization": f"Bearer {agent_key}"}
    with httpx.Client(base_url=url, timeout=20) as http:
        person = {"name": "Ann Example", "email": "ann@example.com", "timezone": "Europe/Vienna"}
        user = _created(http, "/api/users", admin, person)
        wanted = {"user_ids": [user["id"]], "title": "Release 1.0"}
        session = _created(http, "/api/sessions", agent_auth, wanted)
    demo = Demo(agent_key, user["id"], session["id"])
    _write(path, asdict(demo))
    return demo


def user_token(url: str, admin_key: str, user_id: str) -> str:
    """A token with which the person signs in to the web chat."""
    answer = httpx.post(
        f"{url}/api/users/{user_id}/tokens",
        headers={"authorization": f"Bearer {admin_key}"},
        json={"lifetime_seconds": 86_400},
        timeout=20,
    )
    answer.raise_for_status()
    return str(answer.json()["token"])


def _created(
    http: httpx.Client, path: str, headers: dict[str, str], body: Mapping[str, object]
) -> dict[str, str]:
    answer = http.post(path, headers=headers, json=body)
    answer.raise_for_status()
    created: dict[str, str] = answer.json()
    return created


def _write(path: Path, values: dict[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps(values))
