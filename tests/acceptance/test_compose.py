"""What `docker-compose.yml`, the images and `.env.example` promise, read without an engine."""

import re
from pathlib import Path

import pytest
import yaml

from parley_gateway.settings import GatewaySettings
from parley_gmail.settings import GmailSettings
from parley_orchestrator.settings import OrchestratorSettings
from parley_slack.settings import SlackSettings
from parley_suite.containers import settings_files

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
SETTINGS = (OrchestratorSettings, GmailSettings, SlackSettings, GatewaySettings)
KINDS = {"orchestrator": OrchestratorSettings, "gmail": GmailSettings, "slack": SlackSettings}
# Fixed by the compose file, its own database, or paths that a container does not have.
NOT_PASSED = re.compile(
    r"PARLEY_(HOST|ORCHESTRATOR|CHANNELS|\w+_PORT|TLS_\w+|DEMO|DEMO_AGENT_KEY|MIGRATE_ON_START)"
    r"|DATABASE_URL|GMAIL_TEMPLATE_DIR"
)


def all_names():
    fields = [field for kind in SETTINGS for field in kind.model_fields.values()]
    return {str(field.validation_alias) for field in fields} - {
        "PARLEY_CRASH_AT"
    }  # fault tests set it


def images():
    built = {service["build"]["dockerfile"] for service in SERVICES.values() if "build" in service}
    return sorted(built)


def earlier(name):
    """Everything that has begun before a service begins."""
    direct = SERVICES[name].get("depends_on", {})
    return set(direct).union(*(earlier(one) for one in direct))


@pytest.mark.parametrize("name", KINDS)
def test_a_service_waits_for_all_migrations_and_these_for_settings_and_database(name):
    needed = SERVICES[name]["depends_on"]
    assert needed == {
        f"migrate-{one}": {"condition": "service_completed_successfully"} for one in KINDS
    }
    migration = SERVICES[f"migrate-{name}"]
    assert migration["command"] == ["python", "-m", f"parley_{name}", "migrate"]
    assert migration["image"] == SERVICES[name]["image"]
    assert migration["depends_on"] == {"settings": {"condition": "service_completed_successfully"}}
    assert SERVICES["settings"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}


def test_the_gateway_starts_after_everything_but_needs_no_sandbox():
    assert {"agent", "orchestrator", "settings"} <= earlier("gateway")
    with_profile = {name for name, service in SERVICES.items() if "profiles" in service}
    assert with_profile == {"sandbox", "connect"}
    for name in SERVICES.keys() - with_profile:
        assert not earlier(name) & with_profile, f"{name} would need the profile"


def test_only_the_gateway_and_the_sandbox_are_published_and_only_on_loopback():
    ports = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert ports.keys() == {"gateway", "sandbox"}
    assert all(port.startswith("127.0.0.1:") for listed in ports.values() for port in listed)


def test_services_can_be_scaled_and_only_those_with_state_reach_the_database():
    assert not [name for name, service in SERVICES.items() if "container_name" in service]
    assert COMPOSE["networks"]["data"]["internal"] is True
    for name in ("gateway", "sandbox", "agent", "connect"):
        assert "data" not in SERVICES[name]["networks"]


def test_every_setting_is_explained_and_reaches_the_containers():
    explained = set(re.findall(r"^# ([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert all_names() - explained == set()
    passed = set(SERVICES["settings"]["environment"])
    assert {name for name in all_names() if not NOT_PASSED.fullmatch(name)} - passed == set()


def test_the_example_sets_nothing():
    lines = (ROOT / ".env.example").read_text().splitlines()
    assert [line for line in lines if line.strip() and not line.startswith("#")] == []


@pytest.mark.parametrize("dockerfile", images())
def test_an_image_is_locked_unprivileged_and_can_be_asked_for_its_health(dockerfile):
    text = (ROOT / dockerfile).read_text()
    folder = Path(dockerfile).parent
    assert re.search(r"^USER parley$", text, re.MULTILINE)
    assert f"COPY {folder}/requirements.lock" in text
    assert text.count("--require-hashes") == 2
    assert "STOPSIGNAL SIGTERM" in text
    assert re.search(
        r"^HEALTHCHECK .*\\\n    CMD \[\"python\", \"-m\", \"parley_kit", text, re.MULTILINE
    )
    assert re.search(r"^CMD \[\"python\", \"-m\", \"parley_\w+\"\]$", text, re.MULTILINE)


@pytest.mark.parametrize("kind", SETTINGS)
def test_the_services_read_what_the_settings_job_writes(kind, tmp_path, monkeypatch):
    for name in all_names():
        monkeypatch.delenv(name, raising=False)
    values = settings_files.wanted({}, {}, settings_files.fresh_secrets())
    settings_files.write(tmp_path, values)
    read = kind(_env_file=None, _secrets_dir=tmp_path)
    for name, field in kind.model_fields.items():
        if (alias := str(field.validation_alias)) in values and isinstance(
            getattr(read, name), str
        ):
            assert getattr(read, name).rstrip("/") == values[alias].rstrip("/")
    assert read.service_token.get_secret_value() == values["PARLEY_SERVICE_TOKEN"]
    assert read.keys
