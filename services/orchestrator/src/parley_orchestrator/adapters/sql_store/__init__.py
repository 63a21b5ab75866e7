"""The store on SQLite and PostgreSQL, through the same SQLAlchemy Core statements."""

from parley_orchestrator.adapters.sql_store.store import SqlStore

__all__ = ["SqlStore"]
