"""Alembic's entry point for the tables of the Slack service alone."""

from parley_kit.store import alembic_env

alembic_env.run()
