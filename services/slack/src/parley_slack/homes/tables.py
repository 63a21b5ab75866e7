"""The tables of the App Homes; the Slack service's alone."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import JSON, Column, Index, Integer, MetaData, String, Table

from parley_kit.store import Utc
from parley_kit.store.migrating import Migrations

MIGRATIONS = Migrations(Path(__file__).parent.parent / "migrations", "slack_homes_alembic_version")
metadata = MetaData()

homes = Table(
    "slack_homes",
    metadata,
    Column("connection_id", String, primary_key=True),
    Column("slack_user_id", String, primary_key=True),
    Column("team_id", String, nullable=False),
    Column("enterprise_id", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("cards", JSON, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("due_at", Utc),
    Column("opened_at", Utc, nullable=False),
)
Index("ix_slack_homes_due", homes.c.due_at)
Index("ix_slack_homes_user", homes.c.slack_user_id)

home_cursor = Table(
    "slack_home_cursor",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("cursor", String, nullable=False),
)
