"""Every service can be looked at and called with grpcurl, as its README says."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

GRPCURL = shutil.which("grpcurl") or shutil.which("grpcurl", path=str(Path.home() / "go/bin"))
pytestmark = pytest.mark.skipif(
    GRPCURL is None,
    reason="grpcurl is not installed: go install github.com/fullstorydev/grpcurl/cmd/grpcurl@latest",
)
CHANNEL = "parley.channel.v1.ChannelService"
SERVICES = {
    "orchestrator": "parley.orchestrator.v1.MessageService",
    "gmail": CHANNEL,
    "slack": CHANNEL,
}


def run(*arguments):
    command = [GRPCURL, "-plaintext", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_lists_itself_without_a_token(suite, name):
    listed = run(f"localhost:{getattr(suite.ports, name)}", "list")
    assert listed.returncode == 0, listed.stderr
    assert SERVICES[name] in listed.stdout.split()
    assert "grpc.health.v1.Health" in listed.stdout.split()


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_healthy(suite, name):
    checked = run(f"localhost:{getattr(suite.ports, name)}", "grpc.health.v1.Health/Check")
    assert json.loads(checked.stdout) == {"status": "SERVING"}, checked.stderr


@pytest.mark.parametrize("name", ["gmail", "slack"])
def test_a_channel_describes_itself_to_who_has_the_token(suite, name):
    address = f"localhost:{getattr(suite.ports, name)}"
    refused = run(address, f"{CHANNEL}/Describe")
    assert "Unauthenticated" in refused.stderr
    token = f"authorization: Bearer {suite.secrets.service_token}"
    described = run("-H", token, address, f"{CHANNEL}/Describe")
    assert json.loads(described.stdout)["channel"] == name, described.stderr
