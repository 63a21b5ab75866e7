"""Agents, users, and how a user wants to be reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Agent:
    """A program that talks with people; `webhook_url` is empty for none."""

    id: str
    name: str
    webhook_url: str
    created_at: datetime


@dataclass(frozen=True)
class QuietHours:
    """A daily span in the person's time zone, ``HH:MM`` each; may pass midnight."""

    start: str
    end: str


@dataclass(frozen=True)
class Preferences:
    """Channel names, first choice first; empty for the default order."""

    channels: tuple[str, ...] = ()
    quiet_hours: QuietHours | None = None


@dataclass(frozen=True)
class User:
    """A person. `created_by` is the agent that created them, empty for the admin."""

    id: str
    name: str
    email: str
    slack_user_id: str
    slack_team_id: str
    timezone: str
    preferences: Preferences
    created_by: str
    created_at: datetime

    @property
    def addresses(self) -> dict[str, str]:
        """Where they can be reached, by the contract's keys; only those that are known."""
        known = {
            "email": self.email,
            "slack_user_id": self.slack_user_id,
            "slack_team_id": self.slack_team_id,
        }
        return {key: value for key, value in known.items() if value}


@dataclass(frozen=True)
class Sender:
    """Who sent an inbound item, as far as the channel verified it."""

    addresses: Mapping[str, str]
    assurance: int = 0


def is_same_person(user: User, sender: Sender) -> bool:
    """Whether the verified addresses are this user's; an e-mail address, where no other is known."""
    given = sender.addresses
    if given.get("slack_user_id") and user.slack_user_id:
        return _is_slack_match(user, given)
    return bool(user.email) and given.get("email", "").casefold() == user.email.casefold()


def _is_slack_match(user: User, given: Mapping[str, str]) -> bool:
    """A Slack user id means somebody within a workspace, or within an organisation."""
    if given["slack_user_id"] != user.slack_user_id:
        return False
    places = {given.get("slack_team_id", ""), given.get("slack_enterprise_id", "")}
    return not user.slack_team_id or user.slack_team_id in places
