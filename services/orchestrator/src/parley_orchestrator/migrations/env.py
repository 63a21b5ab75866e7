"""Alembic's entry point for the orchestrator's tables."""

from parley_kit.store import alembic_env

alembic_env.run()
