"""The accounts a channel works with; tokens are sealed and never leave the service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import RowMapping, insert, or_, select, update

from parley_kit.adapter.accounts import (
    CONNECTED,
    RECONNECT_NEEDED,
    REVOKED,
    Account,
    broken,
)
from parley_kit.adapter.inbox import Inbox
from parley_kit.adapter.tables import AdapterTables
from parley_kit.adapter.tokens import NO_TOKENS, Tokens, TokenSeal
from parley_kit.errors import FailedPreconditionError, Reason, unknown_id
from parley_kit.ids import new_id
from parley_kit.sealing import KeyRing, UnsealError
from parley_kit.store import Database, Transaction

__all__ = [
    "CONNECTED",
    "RECONNECT_NEEDED",
    "REVOKED",
    "Account",
    "Connections",
    "Tokens",
    "UnreadableTokensError",
]
UNREADABLE_TOKENS = "unreadable_tokens"


class UnreadableTokensError(FailedPreconditionError):
    """Tokens do not open: the key they were sealed with is gone, or their row was changed.

    The connection is marked `RECONNECT_NEEDED` when this is raised.
    """

    def __init__(self, channel: str, connection_id: str) -> None:
        super().__init__(
            "The stored tokens do not open with PARLEY_SECRET_KEYS: put the missing key back and "
            "refresh the connection, or connect the account again.",
            reason=Reason.ERROR_REASON_NOT_CONNECTED,
            metadata={"channel": channel, "connection_id": connection_id},
        )
        self.connection_id = connection_id


class Connections:
    """The connections of one channel service.

    Args:
        database: Where they are kept.
        tables: The channel's.
        keys: Seal the tokens.
        inbox: Brings the orchestrator word of a connection that broke.
    """

    def __init__(
        self, database: Database, tables: AdapterTables, keys: KeyRing, inbox: Inbox
    ) -> None:
        self._database = database
        self._inbox = inbox
        self._channel = tables.channel
        self._table = tables.connections
        self._seal = TokenSeal(keys)

    async def connect(
        self,
        *,
        account: str,
        display_name: str,
        user_id: str,
        tokens: Tokens,
        granted_scopes: tuple[str, ...],
        state: Mapping[str, Any],
        obstacle: str = "",
    ) -> Account:
        """Stores a new connection, or renews the one of the same account.

        A renewal that brings no refresh token keeps the stored one.

        Args:
            account: The provider's own key of it.
            display_name: What people call it.
            user_id: Whose own it is; empty for a shared one.
            tokens: As the provider gave them.
            granted_scopes: What they allow.
            state: The channel's own values.
            obstacle: Why it cannot be used yet, and what the person who just connected it shall
                do; empty where nothing is missing.
        """

        def command(tx: Transaction) -> Account:
            known = self._first(tx, self._table.c.account == account)
            connection_id = known.connection_id if known else new_id("con", tx.now)
            values = {
                "display_name": display_name,
                "user_id": user_id,
                "status": RECONNECT_NEEDED if obstacle else CONNECTED,
                "detail": obstacle,
                "granted_scopes": list(granted_scopes),
                "state": dict(state),
                "last_error": "",
                "connected_at": tx.now,
                **self._seal.sealed(connection_id, tokens),
            }
            if known:
                is_it = self._table.c.connection_id == connection_id
                tx.connection.execute(update(self._table).where(is_it).values(values))
            else:
                # Where another replica connects the same account at once, the unique key makes
                # the database run this again, and the row is known then.
                values |= {"account": account, "created_at": tx.now}
                tx.connection.execute(
                    insert(self._table).values(connection_id=connection_id, **values)
                )
            return self._one(tx, connection_id)

        return await self._database.write(command)

    async def get(self, connection_id: str) -> Account:
        """One connection.

        Raises:
            NotFoundError: There is none with this id.
        """
        return await self._database.write(lambda tx: self._one(tx, connection_id))

    async def find(self, account: str) -> Account | None:
        """The connection of a provider's account."""
        return await self._database.write(
            lambda tx: self._first(tx, self._table.c.account == account)
        )

    async def all(self, user_id: str = "") -> list[Account]:
        """All connections, or one user's, by creation."""

        def query(tx: Transaction) -> list[Account]:
            statement = select(self._table).order_by(
                self._table.c.created_at, self._table.c.connection_id
            )
            if user_id:
                statement = statement.where(self._table.c.user_id == user_id)
            return [_account(row) for row in tx.connection.execute(statement).mappings()]

        return await self._database.write(query)

    async def tokens(self, connection_id: str) -> Tokens:
        """The tokens, unsealed for the one call that needs them.

        Raises:
            NotFoundError: There is no such connection.
            UnreadableTokensError: They do not open; the account must be connected again.
        """
        try:
            return await self._database.write(
                lambda tx: self._seal.opened(self._row(tx, connection_id))
            )
        except UnsealError as cause:
            error = UnreadableTokensError(self._channel, connection_id)
            await self.mark(connection_id, RECONNECT_NEEDED, error.message, UNREADABLE_TOKENS)
            raise error from cause

    async def store_tokens(
        self, connection_id: str, tokens: Tokens, granted_scopes: tuple[str, ...] = ()
    ) -> None:
        """Replaces the tokens, and the scopes where the provider told them anew.

        An empty refresh token keeps the stored one.
        """
        scopes = {"granted_scopes": list(granted_scopes)} if granted_scopes else {}
        await self._update(connection_id, {**self._seal.sealed(connection_id, tokens), **scopes})

    async def reseal(self) -> int:
        """Seals with the newest key what another one sealed; answers how many connections had it.

        What does not open stays as it is: its key may come back.
        """

        def command(tx: Transaction) -> int:
            rows = tx.connection.execute(select(self._table).with_for_update()).mappings().all()
            changes = {row["connection_id"]: self._seal.resealed(row) for row in rows}
            for connection_id, values in changes.items():
                if values:
                    self._write_in(tx, connection_id, values)
            return sum(map(bool, changes.values()))

        return await self._database.write(command)

    async def mark(self, connection_id: str, status: str, detail: str, error: str = "") -> None:
        """Changes the status; a revoked connection stays so, and its tokens are forgotten.

        That a usable connection now needs a person is told once, in the same transaction.
        """

        def command(tx: Transaction) -> bool:
            before = self._one(tx, connection_id, is_locked=True)
            if before.status == REVOKED:
                return False
            values: dict[str, Any] = {"status": status, "detail": detail}
            values |= NO_TOKENS if status == REVOKED else {}
            self._write_in(tx, connection_id, values | (_noted(tx, error) if error else {}))
            if (before.status, status) != (CONNECTED, RECONNECT_NEEDED):
                return False
            self._inbox.put_in(tx, [broken(self._channel, before, detail, tx.now)])
            return True

        if await self._database.write(command):
            self._inbox.changed.set()

    async def end(self, account: Account, detail: str, error: str) -> bool:
        """Revokes an installation, unless it was connected anew meanwhile; answers whether."""

        def command(tx: Transaction) -> bool:
            is_it = (
                self._table.c.connection_id == account.connection_id,
                self._table.c.connected_at == account.connected_at,
                self._table.c.status != REVOKED,
            )
            values = {"status": REVOKED, "detail": detail, **NO_TOKENS, **_noted(tx, error)}
            ended = tx.connection.execute(update(self._table).where(*is_it).values(values))
            return bool(ended.rowcount)

        return await self._database.write(command)

    async def note_error(self, connection_id: str, error: str) -> None:
        """Keeps the last error's code for the status page."""
        await self._write(connection_id, lambda tx: _noted(tx, error))

    async def note_received(self, connection_id: str) -> None:
        """Keeps when something was last heard."""
        await self._write(connection_id, lambda tx: {"last_received_at": tx.now})

    async def store_state(self, connection_id: str, state: Mapping[str, Any]) -> None:
        """Replaces the channel's own values."""
        await self._update(connection_id, {"state": dict(state)})

    def note_synced(self, tx: Transaction, connection_id: str) -> None:
        """Keeps, within a transaction, that everything new is known now."""
        self._write_in(tx, connection_id, {"last_synced_at": tx.now})

    def advance_cursor(self, tx: Transaction, connection_id: str, cursor: int) -> bool:
        """Moves the cursor forward within a transaction; answers False where it is further."""
        column = self._table.c.cursor
        moved = tx.connection.execute(
            update(self._table)
            .where(
                self._table.c.connection_id == connection_id,
                or_(column.is_(None), column < cursor),
            )
            .values(cursor=cursor)
        )
        return bool(moved.rowcount)

    async def _update(self, connection_id: str, values: dict[str, Any]) -> None:
        await self._write(connection_id, lambda _tx: values)

    async def _write(self, connection_id: str, values: Any) -> None:
        await self._database.write(lambda tx: self._write_in(tx, connection_id, values(tx)))

    def _write_in(self, tx: Transaction, connection_id: str, values: dict[str, Any]) -> None:
        is_it = self._table.c.connection_id == connection_id
        tx.connection.execute(update(self._table).where(is_it).values(values))

    def _row(self, tx: Transaction, connection_id: str, *, is_locked: bool = False) -> RowMapping:
        statement = select(self._table).where(self._table.c.connection_id == connection_id)
        if is_locked:
            statement = statement.with_for_update()
        row = tx.connection.execute(statement).mappings().one_or_none()
        if row is None:
            raise unknown_id("connection", connection_id)
        return row

    def _one(self, tx: Transaction, connection_id: str, *, is_locked: bool = False) -> Account:
        return _account(self._row(tx, connection_id, is_locked=is_locked))

    def _first(self, tx: Transaction, condition: Any) -> Account | None:
        row = tx.connection.execute(select(self._table).where(condition)).mappings().first()
        return _account(row) if row else None


def _noted(tx: Transaction, error: str) -> dict[str, Any]:
    return {"last_error": error, "last_error_at": tx.now}


def _account(row: RowMapping) -> Account:
    values = {name: row[name] for name in Account.__dataclass_fields__}
    return Account(**{**values, "granted_scopes": tuple(row["granted_scopes"])})
