"""OAuth states: used once, by the browser that began, within ten minutes."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, update

from parley_kit.adapter.tables import AdapterTables
from parley_kit.errors import PermissionDeniedError, Reason
from parley_kit.sealing import KeyRing, Secret, UnsealError, token_hash
from parley_kit.store import Database, Transaction

LIFETIME = timedelta(minutes=10)


@dataclass(frozen=True)
class StartedAuthorization:
    """What the completion needs of the start."""

    user_id: str
    code_verifier: Secret


def new_state() -> str:
    """A state of 256 random bits."""
    return secrets.token_urlsafe(32)


class OAuthStates:
    """The states of one channel service."""

    def __init__(self, database: Database, tables: AdapterTables, keys: KeyRing) -> None:
        self._database = database
        self._states = tables.oauth_states
        self._keys = keys

    async def begin(
        self, state: str, *, user_id: str, browser_binding: str, code_verifier: Secret
    ) -> datetime:
        """Stores a `new_state`; answers when it stops being accepted."""
        row = token_hash(state)

        def command(tx: Transaction) -> datetime:
            tx.connection.execute(
                delete(self._states).where(self._states.c.expires_at < tx.now - LIFETIME)
            )
            values = {
                "state_hash": row,
                "browser_hash": token_hash(browser_binding),
                "user_id": user_id,
                "sealed_verifier": self._keys.seal(code_verifier, row=row, field="verifier"),
                "expires_at": tx.now + LIFETIME,
            }
            tx.connection.execute(insert(self._states).values(values))
            return tx.now + LIFETIME

        return await self._database.write(command)

    async def consume(self, state: str, browser_binding: str) -> StartedAuthorization:
        """Uses a state up, in one conditional statement.

        Raises:
            PermissionDeniedError: Missing, used, expired, or of another browser.
        """
        row = token_hash(state)

        def command(tx: Transaction) -> StartedAuthorization:
            states = self._states
            statement = (
                update(states)
                .where(
                    states.c.state_hash == row,
                    states.c.browser_hash == token_hash(browser_binding),
                    states.c.consumed_at.is_(None),
                    states.c.expires_at > tx.now,
                )
                .values(consumed_at=tx.now)
                .returning(states.c.user_id, states.c.sealed_verifier)
            )
            found = tx.connection.execute(statement).one_or_none()
            if found is None or not browser_binding:
                raise bad_state()
            try:
                verifier = self._keys.unseal(found.sealed_verifier, row=row, field="verifier")
            except UnsealError as error:  # the key was taken away between start and end
                raise bad_state() from error
            return StartedAuthorization(found.user_id, verifier)

        return await self._database.write(command)


def bad_state() -> PermissionDeniedError:
    """The one answer to every state that does not hold."""
    return PermissionDeniedError(
        "This sign-in was not started here, is too old, or was used already. Start it again.",
        reason=Reason.ERROR_REASON_BAD_STATE,
    )
