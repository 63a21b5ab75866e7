"""The app manifest that people paste into Slack asks for just what the service uses."""

from pathlib import Path

import pytest
import yaml

from parley_slack.inbound.webhooks import Webhooks
from parley_slack.settings import SlackSettings
from parley_slack.workspaces.connection_proto import SCOPES

FILE = Path(__file__).parents[2] / "docs/how-to/slack-app-manifest.yaml"
HOST = "https://parley.example.com"
HEARD = ["app_home_opened", "app_uninstalled", "message.im", "tokens_revoked"]


@pytest.fixture(scope="module")
def manifest():
    return yaml.safe_load(FILE.read_text())


def test_it_asks_for_the_scopes_that_are_checked(manifest):
    assert manifest["oauth_config"]["scopes"] == {"bot": list(SCOPES)}


def test_it_leads_back_to_where_the_service_waits(manifest):
    callback = SlackSettings(_env_file=None, secret_keys="k" * 40, public_url=HOST).callback_url
    assert manifest["oauth_config"]["redirect_urls"] == [callback]


def test_it_brings_every_event_that_the_service_hears_to_its_endpoints(manifest):
    settings = manifest["settings"]
    assert settings["event_subscriptions"]["bot_events"] == HEARD
    assert settings["interactivity"]["is_enabled"]
    given = [settings[name]["request_url"] for name in ("event_subscriptions", "interactivity")]
    known = Webhooks(None, Handled(), Handled())._endpoints
    assert given == [f"{HOST}/api/channels/slack/{endpoint}" for endpoint in known]


def test_people_have_a_home_and_may_write(manifest):
    assert manifest["features"]["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }


def test_it_is_within_slacks_limits(manifest):
    shown = manifest["display_information"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert len(manifest["features"]["bot_user"]["display_name"]) <= 80


class Handled:
    async def take(self, payload):
        """Only named."""
