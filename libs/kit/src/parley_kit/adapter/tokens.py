"""Tokens as they are used, and as they are stored: sealed for one connection and one column."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping

from parley_kit.sealing import KeyRing, Secret, UnsealError

_ACCESS, _REFRESH = "sealed_access_token", "sealed_refresh_token"
NO_TOKENS = {_ACCESS: None, _REFRESH: None}


@dataclass(frozen=True)
class Tokens:
    """What the provider gave; `refresh` is empty where there is none, `expires_at` None for never."""

    access: Secret
    refresh: Secret = field(default_factory=lambda: Secret(""))
    expires_at: datetime | None = None


class TokenSeal:
    """Puts tokens into a connection's row, and takes them out."""

    def __init__(self, keys: KeyRing) -> None:
        self._keys = keys

    def sealed(self, connection_id: str, tokens: Tokens) -> dict[str, Any]:
        """The columns; an empty refresh token leaves its column as it is."""
        given = {_ACCESS: tokens.access} | ({_REFRESH: tokens.refresh} if tokens.refresh else {})
        values = {
            column: self._keys.seal(secret, row=connection_id, field=column)
            for column, secret in given.items()
        }
        return {**values, "token_expires_at": tokens.expires_at}

    def opened(self, row: RowMapping) -> Tokens:
        """The tokens of a row.

        Raises:
            UnsealError: The key is gone, or the row was changed.
        """
        return Tokens(
            self._opened(row, _ACCESS), self._opened(row, _REFRESH), row["token_expires_at"]
        )

    def resealed(self, row: RowMapping) -> dict[str, str]:
        """The columns that another key than the newest sealed, sealed with that; if they open."""
        values = {}
        for column in NO_TOKENS:
            if row[column] is None or self._keys.key_id_of(row[column]) == self._keys.newest_id:
                continue
            try:
                secret = self._opened(row, column)
            except UnsealError:
                continue
            values[column] = self._keys.seal(secret, row=row["connection_id"], field=column)
        return values

    def _opened(self, row: RowMapping, column: str) -> Secret:
        if row[column] is None:
            return Secret("")
        return self._keys.unseal(row[column], row=row["connection_id"], field=column)
