"""Alembic's entry point for the tables of a channel service."""

from parley_kit.store import alembic_env

alembic_env.run()
