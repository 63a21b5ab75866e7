"""The orchestrator's tables, alike on SQLite and PostgreSQL.

All of them in one file, however long: they refer to each other, and the schema is read as a whole.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    false,
    func,
    text,
)

from parley_kit.store import Utc

metadata = MetaData()

agents = Table(
    "agents",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("key_hash", String, nullable=False, unique=True),
    Column("webhook_url", String, nullable=False),
    Column("sealed_webhook_secret", Text, nullable=False),
    Column("sealed_old_webhook_secret", Text, nullable=False, server_default=""),
    Column("old_webhook_secret_until", Utc),
    Column("created_at", Utc, nullable=False),
)

users = Table(
    "users",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("email", String, nullable=False),
    Column("slack_user_id", String, nullable=False),
    Column("slack_team_id", String, nullable=False),
    Column("timezone", String, nullable=False),
    Column("channels", JSON, nullable=False),
    Column("quiet_hours", JSON),
    Column("created_by", String, nullable=False),
    Column("created_at", Utc, nullable=False),
)
Index("ix_users_email", func.lower(users.c.email))
Index("ix_users_slack", users.c.slack_user_id)

overview_changes = Table(
    "overview_changes",
    metadata,
    Column("id", String, primary_key=True),
    Column("user_id", String, nullable=False),
)

user_tokens = Table(
    "user_tokens",
    metadata,
    Column("token_hash", String, primary_key=True),
    Column("user_id", String, nullable=False, index=True),
    Column("issued_by", String, nullable=False),
    Column("expires_at", Utc, nullable=False),
    Column("revoked_at", Utc),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", String, primary_key=True),
    Column("agent_id", String, nullable=False, index=True),
    Column("title", String, nullable=False),
    Column("metadata", JSON, nullable=False),
    Column("channel", String, nullable=False),
    Column("last_seq", BigInteger, nullable=False),
    Column("created_at", Utc, nullable=False),
)

session_users = Table(
    "session_users",
    metadata,
    Column("session_id", String, primary_key=True),
    Column("user_id", String, primary_key=True),
    Column("place", Integer, nullable=False),
    Column("read_seq", BigInteger, nullable=False, server_default="0"),
)
Index("ix_session_users_user", session_users.c.user_id)

messages = Table(
    "messages",
    metadata,
    Column("id", String, primary_key=True),
    Column("session_id", String, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("author_kind", String, nullable=False),
    Column("author_id", String, nullable=False),
    Column("author_name", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("reply_to", String, nullable=False),
    Column("metadata", JSON, nullable=False),
    Column("channel", String, nullable=False),
    Column("created_at", Utc, nullable=False),
)
Index("ix_messages_session", messages.c.session_id, messages.c.seq, unique=True)

events = Table(
    "events",
    metadata,
    Column("session_id", String, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("kind", String, nullable=False),
    Column("data", Text, nullable=False),
    Column("created_at", Utc, nullable=False),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("agent_id", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("body_hash", String, nullable=False),
    Column("subject_id", String, nullable=False),
    Column("created_at", Utc, nullable=False),
)

feedback_requests = Table(
    "feedback_requests",
    metadata,
    Column("id", String, primary_key=True),
    Column("session_id", String, nullable=False, index=True),
    Column("seq", BigInteger, nullable=False),
    Column("kind", String, nullable=False),
    Column("prompt", Text, nullable=False),
    Column("options", JSON, nullable=False),
    Column("schema", JSON),
    Column("action", JSON),
    Column("has_action", Boolean, nullable=False),
    Column("digest", String, nullable=False),
    Column("status", String, nullable=False),
    Column("respondents", JSON, nullable=False),
    Column("required_approvals", Integer, nullable=False),
    Column("delivery", String, nullable=False),
    Column("escalation", JSON, nullable=False),
    Column("escalated", Integer, nullable=False),
    Column("escalate_at", Utc),
    Column("min_assurance", Integer, nullable=False),
    Column("expires_at", Utc),
    Column("response_id", String, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("resolved_at", Utc),
    Column("urgent", Boolean, nullable=False, server_default=false()),
    Column("dangerous", Boolean, nullable=False, server_default=false()),
    Column("allow_edit", Boolean, nullable=False, server_default=false()),
    Column("reminders", JSON, nullable=False, server_default="[]"),
    Column("on_behalf_of", String, nullable=False, server_default=""),
)
_PENDING = text("status = 'pending'")
IS_PENDING = text("feedback_requests.status = 'pending'")
Index(
    "ix_feedback_expiry",
    feedback_requests.c.expires_at,
    sqlite_where=_PENDING,
    postgresql_where=_PENDING,
)
Index(
    "ix_feedback_escalation",
    feedback_requests.c.escalate_at,
    sqlite_where=_PENDING,
    postgresql_where=_PENDING,
)

feedback_responses = Table(
    "feedback_responses",
    metadata,
    Column("id", String, primary_key=True),
    Column("request_id", String, nullable=False, index=True),
    Column("user_id", String, nullable=False),
    Column("user_name", String, nullable=False),
    Column("value", JSON),
    Column("comment", Text, nullable=False),
    Column("channel", String, nullable=False),
    Column("assurance", Integer, nullable=False),
    Column("is_accepted", Boolean, nullable=False),
    Column("refusal", String, nullable=False),
    Column("responded_at", Utc, nullable=False),
    Column("edited_action", JSON),
    Column("is_edited", Boolean, nullable=False, server_default=false()),
    Column("digest", String, nullable=False, server_default=""),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("session_id", String, nullable=False, index=True),
    Column("user_id", String, nullable=False),
    Column("subject_id", String, nullable=False, index=True),
    Column("channel", String, nullable=False),
    Column("lane", String, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("state", String, nullable=False),
    Column("explanation", Text, nullable=False),
    Column("next_attempt_at", Utc),
    Column("started_at", Utc),
    Column("failed_tries", Integer, nullable=False),
    Column("look_ups", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("route", JSON, nullable=False),
    Column("fallback_of", String, nullable=False),
    Column("card_delivery_id", String, nullable=False),
    Column("provider_ref", String, nullable=False),
    Column("connection_id", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("ack_by", Utc),
    Column("created_at", Utc, nullable=False),
    Column("updated_at", Utc, nullable=False),
    Column("urgent", Boolean, nullable=False, server_default=false()),
)
_ACTIVE = text("state IN ('queued', 'sending')")
_NEEDS_EYES = text("state IN ('parked', 'unknown', 'dead')")
IS_ACTIVE = text("deliveries.state IN ('queued', 'sending')")
"""Written out, never as parameters: only so can the partial index below serve."""
NEEDS_EYES = text("deliveries.state IN ('parked', 'unknown', 'dead')")
_AWAITS_ACK = text("ack_by IS NOT NULL")
Index(
    "ix_deliveries_active",
    deliveries.c.lane,
    deliveries.c.position,
    sqlite_where=_ACTIVE,
    postgresql_where=_ACTIVE,
)
Index(
    "ix_deliveries_eyes",
    deliveries.c.state,
    deliveries.c.channel,
    sqlite_where=_NEEDS_EYES,
    postgresql_where=_NEEDS_EYES,
)
Index(
    "ix_deliveries_ack",
    deliveries.c.ack_by,
    sqlite_where=_AWAITS_ACK,
    postgresql_where=_AWAITS_ACK,
)

lanes = Table(
    "lanes",
    metadata,
    Column("lane", String, primary_key=True),
    Column("session_id", String, nullable=False, index=True),
    Column("channel", String, nullable=False),
    Column("is_used", Boolean, nullable=False),
    Column("due_at", Utc),
    Column("leased_until", Utc),
    Column("fence", BigInteger, nullable=False),
    Column("head", BigInteger, nullable=False),
    Column("thread_ref", Text, nullable=False),
    Column("connection_id", String, nullable=False),
    Column("gate", String, nullable=False, server_default=""),
    Column("rank", Integer, nullable=False, server_default="1"),
)
_IS_DUE = text("due_at IS NOT NULL")
IS_DUE = text("lanes.due_at IS NOT NULL")
Index(
    "ix_lanes_gate",
    lanes.c.channel,
    lanes.c.gate,
    lanes.c.rank,
    lanes.c.due_at,
    sqlite_where=_IS_DUE,
    postgresql_where=_IS_DUE,
)

breakers = Table(
    "breakers",
    metadata,
    Column("channel", String, primary_key=True),
    Column("connection_id", String, primary_key=True),
    Column("state", String, nullable=False),
    Column("until", Utc, nullable=False),
    Column("trips", Integer, nullable=False),
    Column("code", String, nullable=False),
    Column("is_cleared", Boolean, nullable=False),
)

paces = Table(
    "paces",
    metadata,
    Column("channel", String, primary_key=True),
    Column("limit_name", String, primary_key=True),
    Column("subject", String, primary_key=True),
    Column("tat", Utc, nullable=False),
    Column("awake_until", Utc),
)
_IS_AWAKE = text("awake_until IS NOT NULL")
Index(
    "ix_paces_awake",
    paces.c.channel,
    paces.c.awake_until,
    sqlite_where=_IS_AWAKE,
    postgresql_where=_IS_AWAKE,
)

attempts = Table(
    "attempts",
    metadata,
    Column("delivery_id", String, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("channel", String, nullable=False),
    Column("started_at", Utc, nullable=False),
    Column("finished_at", Utc, nullable=False),
    Column("outcome", String, nullable=False),
    Column("code", String, nullable=False),
    Column("detail", Text, nullable=False),
    Column("next_step", Text, nullable=False),
    Column("connection_id", String, nullable=False),
)
Index("ix_attempts_finished", attempts.c.channel, attempts.c.finished_at)

link_tokens = Table(
    "link_tokens",
    metadata,
    Column("token_hash", String, primary_key=True),
    Column("purpose", String, nullable=False),
    Column("key_id", String, nullable=False),
    Column("delivery_id", String, nullable=False, index=True),
    Column("session_id", String, nullable=False),
    Column("user_id", String, nullable=False),
    Column("request_id", String, nullable=False),
    Column("expires_at", Utc, nullable=False),
    Column("used_at", Utc),
)

inbound = Table(
    "inbound",
    metadata,
    Column("channel", String, primary_key=True),
    Column("inbound_id", String, primary_key=True),
    Column("verdict", Integer, nullable=False),
    Column("detail", String, nullable=False),
    Column("received_at", Utc, nullable=False),
)

presence = Table(
    "presence",
    metadata,
    Column("user_id", String, primary_key=True),
    Column("gateway_id", String, primary_key=True),
    Column("until", Utc, nullable=False),
)
