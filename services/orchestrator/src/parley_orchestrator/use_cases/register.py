"""Creates agents and users, and keeps how users want to be reached."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urlsplit

from parley_kit.errors import invalid_field, unknown_id
from parley_kit.ids import new_id
from parley_kit.sealing import Secret, token_hash
from parley_orchestrator.domain.conversation import PREFERENCES_UPDATED, NewEvent
from parley_orchestrator.domain.people import Agent, Preferences, QuietHours, User
from parley_orchestrator.domain.routing import DEFAULT_ORDER
from parley_orchestrator.ports import ChannelFactsSource, Store, Unit
from parley_orchestrator.use_cases.authorise import ADMIN, AGENT, Caller, require, visible_user
from parley_orchestrator.use_cases.idempotency import Once
from parley_orchestrator.use_cases.publish import publish
from parley_orchestrator.use_cases.validate import (
    email_of,
    line_of,
    name_of,
    time_of,
    timezone_of,
)

_TOLD_SESSIONS = 50
OLD_SECRET_SIGNS = timedelta(days=1)


class Sealer(Protocol):
    """Seals secrets; `parley_kit.sealing.KeyRing` does."""

    def seal(self, value: Secret, *, row: str, field: str) -> str: ...  # noqa: D102


@dataclass(frozen=True)
class CreatedAgent:
    """An agent with the secrets that are shown only once."""

    agent: Agent
    key: Secret
    webhook_secret: Secret


class CreateAgent:
    """Registers an agent."""

    def __init__(self, store: Store, sealer: Sealer) -> None:
        self._store = store
        self._sealer = sealer

    async def __call__(self, caller: Caller, name: str, webhook_url: str) -> CreatedAgent:
        """The agent and its secrets; only the admin may."""
        require(caller, ADMIN)
        checked_name, checked_url = name_of("name", name), _url(webhook_url)
        key = Secret(f"pak_{secrets.token_urlsafe(32)}")
        webhook_secret = _webhook_secret()

        def command(unit: Unit) -> Agent:
            agent = Agent(new_id("agt", unit.now), checked_name, checked_url, unit.now)
            sealed = self._sealer.seal(webhook_secret, row=agent.id, field="webhook_secret")
            unit.people.add_agent(agent, token_hash(key.reveal()), sealed)
            return agent

        return CreatedAgent(await self._store.transact(command), key, webhook_secret)


def _webhook_secret() -> Secret:
    """As Standard Webhooks writes them."""
    return Secret(f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}")


class RotateWebhookSecret:
    """Replaces an agent's webhook secret; for a day the old one signs too."""

    def __init__(self, store: Store, sealer: Sealer) -> None:
        self._store = store
        self._sealer = sealer

    async def __call__(self, caller: Caller, agent_id: str) -> tuple[Secret, datetime]:
        """The new secret, and until when the old one is used too; for the admin or that agent."""
        require(caller, ADMIN, AGENT)
        secret = _webhook_secret()

        def command(unit: Unit) -> datetime:
            old_until = unit.now + OLD_SECRET_SIGNS
            sealed = self._sealer.seal(secret, row=agent_id, field="webhook_secret")
            is_own = caller.role == ADMIN or caller.id == agent_id
            if not is_own or not unit.people.replace_webhook_secret(agent_id, sealed, old_until):
                raise unknown_id("agent", agent_id)
            return old_until

        return secret, await self._store.transact(command)


def _url(url: str) -> str:
    if not url:
        return ""
    line_of("webhook_url", url, 2_000)
    try:
        parts = urlsplit(url)
        is_usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:  # brackets or a port that are none
        is_usable = False
    if not is_usable:
        raise invalid_field("webhook_url", "must be an http or https address")
    return url


class CreateUser:
    """Registers a person."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def __call__(self, caller: Caller, given: User, idempotency_key: str = "") -> User:
        """The user; an agent's are visible to that agent only."""
        require(caller, ADMIN, AGENT)
        checked = replace(
            given,
            name=name_of("name", given.name),
            email=email_of(given.email),
            slack_user_id=line_of("slack_user_id", given.slack_user_id, 50),
            slack_team_id=line_of("slack_team_id", given.slack_team_id, 50),
            timezone=timezone_of(given.timezone),
            created_by=caller.id if caller.role == AGENT else "",
        )
        body = checked.name, checked.addresses, checked.timezone
        once = Once.of(caller, idempotency_key, "CreateUser", *body)

        def command(unit: Unit) -> User:
            if (known := once.subject(unit)) is not None:
                return unit.people.users([known])[known]
            user = replace(checked, id=new_id("usr", unit.now), created_at=unit.now)
            unit.people.add_user(user)
            once.keep(unit, user.id)
            return user

        return await self._store.transact(command)


class PutPreferences:
    """Replaces how a person wants to be reached."""

    def __init__(self, store: Store, channels: ChannelFactsSource) -> None:
        self._store = store
        self._channels = channels

    async def __call__(self, caller: Caller, user_id: str, preferences: Preferences) -> Preferences:
        """The preferences as stored."""
        checked = self._checked(preferences)

        def command(unit: Unit) -> None:
            user = visible_user(unit, caller, user_id)
            if checked.quiet_hours != user.preferences.quiet_hours:
                _look_again(unit, user_id)
            unit.people.set_preferences(user_id, checked)
            tell_preferences(unit, user_id, checked)

        await self._store.transact(command)
        return checked

    def _checked(self, preferences: Preferences) -> Preferences:
        known = self._channels.facts()
        for name in preferences.channels:
            if name not in known:
                raise invalid_field("channels", f"{name!r} is none of: {', '.join(known)}")
        if len(set(preferences.channels)) != len(preferences.channels):
            raise invalid_field("channels", "names a channel twice")
        quiet = preferences.quiet_hours
        if quiet is not None:
            quiet = QuietHours(
                time_of("quiet_hours.start", quiet.start), time_of("quiet_hours.end", quiet.end)
            )
        return Preferences(preferences.channels, quiet)


def _look_again(unit: Unit, user_id: str) -> None:
    """What waits for the old quiet hours to end is judged by the new ones."""
    waiting = unit.deliveries.quieted(user_id)
    unit.concern({delivery.session_id for delivery in waiting})
    unit.deliveries.unquiet([delivery.id for delivery in waiting])


def tell_preferences(unit: Unit, user_id: str, preferences: Preferences) -> None:
    """Tells the person's newest sessions, so that every open page follows."""
    ids = unit.conversations.sessions_of([user_id], _TOLD_SESSIONS)
    quiet = preferences.quiet_hours
    data = {
        "user_id": user_id,
        "channels": list(preferences.channels),
        "quiet_hours": {"start": quiet.start, "end": quiet.end} if quiet else None,
    }
    events = [NewEvent(session_id, PREFERENCES_UPDATED, data) for session_id in ids]
    publish(unit, events)


def with_default_order(preferences: Preferences, known: Mapping[str, object]) -> Preferences:
    """Preferences with the default order filled in."""
    if preferences.channels:
        return preferences
    order = dict.fromkeys((*(name for name in DEFAULT_ORDER if name in known), *known))
    return replace(preferences, channels=tuple(order))
