"""SQL on SQLite and PostgreSQL behind the same statements: grouped writes, parallel reads."""

from parley_kit.store.bulk import Bulk
from parley_kit.store.columns import Utc
from parley_kit.store.database import Command, Database, Standing, Transaction
from parley_kit.store.query import Query, is_one_of

__all__ = ["Bulk", "Command", "Database", "Query", "Standing", "Transaction", "Utc", "is_one_of"]
