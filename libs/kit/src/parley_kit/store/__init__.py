"""SQL on SQLite and PostgreSQL behind the same statements: grouped writes, parallel reads."""

from parley_kit.store.bulk import Bulk, Change
from parley_kit.store.columns import Utc
from parley_kit.store.database import Command, Database, Standing, Transaction
from parley_kit.store.query import Query, is_one_of
from parley_kit.store.upserting import upsert

__all__ = [
    "Bulk",
    "Change",
    "Command",
    "Database",
    "Query",
    "Standing",
    "Transaction",
    "Utc",
    "is_one_of",
    "upsert",
]
