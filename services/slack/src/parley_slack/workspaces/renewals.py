"""When tokens are renewed, and what happens when Slack does not renew them."""

from __future__ import annotations

from dataclasses import dataclass

from parley_kit.adapter.connections import Connections, Tokens, UnreadableTokensError
from parley_kit.adapter.outcomes import unreadable
from parley_kit.clock import monotonic_seconds
from parley_kit.logs import get_logger
from parley_slack.workspaces.failures import failed_otherwise
from parley_slack.workspaces.tokens import TokenRotation

log = get_logger(__name__)
_AGAIN_SECONDS = 60.0


@dataclass(frozen=True)
class _Trouble:
    """A renewal that failed: when it is tried again, and Slack's code."""

    until: float
    code: str


class Renewals:
    """Renews tokens before they end. One that still holds is used on while Slack gives no other."""

    def __init__(self, rotation: TokenRotation, connections: Connections) -> None:
        self._rotation = rotation
        self._connections = connections
        self._troubles: dict[str, _Trouble] = {}

    def is_due(self, connection_id: str, tokens: Tokens) -> bool:
        """Whether to renew before the next call; not at every call while Slack refuses."""
        if not self._rotation.is_due(tokens):
            return False
        trouble = self._troubles.get(connection_id)
        is_waiting = trouble is not None and trouble.until > monotonic_seconds()
        return not is_waiting or self._rotation.has_ended(tokens)

    async def renew(self, connection_id: str, tokens: Tokens, *, has_ended: bool = False) -> Tokens:
        """Newer tokens; those at hand where Slack gives none now but still takes them.

        Args:
            connection_id: Whose they are.
            tokens: Those at hand.
            has_ended: Slack said so, whatever our clock says.

        Raises:
            DeliveryFailedError: There is no token that Slack takes.
        """
        try:
            renewed = await self._rotation.renew(connection_id, tokens.access)
        except UnreadableTokensError as error:
            raise unreadable(error) from error
        except Exception as error:
            failure = failed_otherwise(error, connection_id)
            if has_ended or self._rotation.has_ended(tokens):
                raise failure from error
            await self._connections.note_error(connection_id, failure.code)
            log.warning("a token could not be renewed yet", code=failure.code)
            until = monotonic_seconds() + _AGAIN_SECONDS
            self._troubles[connection_id] = _Trouble(until, failure.code)
            return tokens
        self._troubles.pop(connection_id, None)
        return renewed

    def trouble(self, connection_id: str) -> str:
        """What is wrong with the renewal of a token that still holds; empty when nothing is."""
        trouble = self._troubles.get(connection_id)
        if trouble is None:
            return ""
        return f"The token holds but could not be renewed ({trouble.code}); install the app again."

    def forget(self) -> None:
        """Tries again at the next use: something has changed."""
        self._troubles.clear()
