"""How fast Slack may be asked (docs.slack.dev/apis/web-api/rate-limits), for the orchestrator to hold."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from parley.channel.v1 import channel_pb2
from parley_kit.adapter.pacing import PER_CONNECTION, PER_RECIPIENT, limit, pacing_limits
from parley_slack.settings import SlackSettings

_POSTS = ("message", "card", "notice")
_MINUTE = timedelta(minutes=1)
_LIMITS = (
    limit("posts to one person", PER_RECIPIENT, 1, timedelta(seconds=1), burst=3, kinds=_POSTS),
    # "Several hundred a minute" is all that Slack says of a whole workspace.
    limit("posts in one workspace", PER_CONNECTION, 300, _MINUTE, burst=30, kinds=_POSTS),
    limit(
        "edits in one workspace (tier 3)", PER_CONNECTION, 50, _MINUTE, burst=10, kinds=("update",)
    ),
)
_OWN_HOSTS = ("slack.com", "slack-gov.com")


def limits(settings: SlackSettings) -> list[channel_pb2.PacingLimit]:
    """The limits that this channel tells, by PARLEY_PACING and by what stands for Slack."""
    host = urlsplit(settings.api_url).hostname or ""
    is_own = any(host == own or host.endswith(f".{own}") for own in _OWN_HOSTS)
    return pacing_limits(settings.pacing, _LIMITS, is_own_address=is_own)
