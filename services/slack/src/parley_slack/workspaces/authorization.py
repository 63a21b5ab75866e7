"""Connecting, renewing, listing and revoking workspaces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import aiohttp
from slack_sdk.errors import SlackApiError

from parley.channel.v1 import authorization_pb2, channel_pb2
from parley_kit.adapter.connections import (
    CONNECTED,
    REVOKED,
    UNREADABLE_TOKENS,
    Account,
    Connections,
)
from parley_kit.adapter.oauth_states import OAuthStates, new_state
from parley_kit.adapter.provider import DeliveryFailedError
from parley_kit.clock import to_timestamp
from parley_kit.errors import (
    FailedPreconditionError,
    PermissionDeniedError,
    Reason,
    UnavailableError,
    invalid_field,
)
from parley_kit.logs import get_logger
from parley_kit.sealing import Secret
from parley_slack.settings import SlackSettings
from parley_slack.workspaces.connection_proto import SCOPES, to_connection
from parley_slack.workspaces.failures import code_of
from parley_slack.workspaces.installation import account_key
from parley_slack.workspaces.tokens import OAuthCalls
from parley_slack.workspaces.workspaces import Workspaces

log = get_logger(__name__)
Connection = authorization_pb2.Connection
_DEAD_CODES = {
    "invalid_auth",
    "token_revoked",
    "account_inactive",
    "token_expired",
    "not_authed",
    UNREADABLE_TOKENS,  # nothing to show Slack; forgetting is all that is left
}


_FOR_EVERYBODY = (
    "A Slack workspace serves everybody, so an operator connects it: open "
    "/api/channels/slack/auth without user_id."
)


class Authorization:
    """OAuth v2 with Slack (docs.slack.dev/authentication/installing-with-oauth)."""

    def __init__(
        self,
        settings: SlackSettings,
        connections: Connections,
        states: OAuthStates,
        calls: OAuthCalls,
        workspaces: Workspaces,
    ) -> None:
        self._settings = settings
        self._connections = connections
        self._states = states
        self._calls = calls
        self._workspaces = workspaces

    async def start(
        self, request: channel_pb2.StartAuthorizationRequest
    ) -> channel_pb2.StartAuthorizationResponse:
        """Slack's consent page, with a state that only this browser can bring back.

        Raises:
            PermissionDeniedError: A person wants a workspace of their own. Who rules a workspace
                rules who is found there by e-mail, so only an operator connects one.
            FailedPreconditionError: Slack is not configured.
        """
        self._refuse_unconfigured()
        if request.user_id:
            raise PermissionDeniedError(_FOR_EVERYBODY, metadata={"needs": "admin"})
        state = new_state()
        expires_at = await self._states.begin(
            state,
            user_id="",
            browser_binding=request.browser_binding,
            code_verifier=Secret(""),
        )
        query = {
            "client_id": self._settings.client_id,
            "scope": ",".join(SCOPES),
            "redirect_uri": self._settings.callback_url,
            "state": state,
        }
        # slack_sdk's AuthorizeUrlGenerator does not encode state and redirect_uri.
        separator = "&" if "?" in self._settings.authorize_url else "?"
        return channel_pb2.StartAuthorizationResponse(
            authorize_url=f"{self._settings.authorize_url}{separator}{urlencode(query)}",
            expires_at=to_timestamp(expires_at),
        )

    async def complete(
        self, request: channel_pb2.CompleteAuthorizationRequest
    ) -> authorization_pb2.Connection:
        """Exchanges the code and stores the installation.

        Raises:
            PermissionDeniedError: The state does not hold.
            FailedPreconditionError: Slack or the person refused.
        """
        self._refuse_unconfigured()
        parameters = request.parameters
        await self._states.consume(parameters.get("state", ""), request.browser_binding)
        if error := parameters.get("error", ""):
            raise _refused(error[:100])
        if not parameters.get("code"):
            raise invalid_field("parameters", "Slack's redirect brings a code; there is none")
        answer = await self._exchanged(parameters["code"])
        account = await self._connections.connect(
            tokens=self._calls.tokens_of(answer), user_id="", **_installation(answer)
        )
        self._workspaces.forget()
        return to_connection(account)

    async def _exchanged(self, code: str) -> dict[str, Any]:
        try:
            answer = await self._calls.exchange(code)
        except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
            raise _refused(code_of(error)) if code_of(error) else _no_answer() from error
        if not answer.get("access_token") or answer.get("token_type") != "bot":
            raise _refused("no_bot_token")
        return answer

    async def refresh(self, connection_id: str) -> list[Connection]:
        """Renews one connection's token or all; one that does not rotate is only checked."""
        if connection_id:
            accounts = [await self._connections.get(connection_id)]
        else:
            accounts = await self._connections.all()
        return [await self._refreshed(a) for a in accounts if a.status != REVOKED]

    async def _refreshed(self, account: Account) -> Connection:
        try:
            await self._workspaces.check(account.connection_id, renew=True)
        except DeliveryFailedError as failure:
            log.info("a connection was not refreshed", code=failure.code)
        return to_connection(await self._connections.get(account.connection_id))

    async def list(self, user_id: str) -> list[Connection]:
        """The connections, without any token."""
        return [to_connection(account) for account in await self._connections.all(user_id)]

    async def revoke(self, connection_id: str) -> Connection:
        """Revokes at Slack and forgets the token; a token that is dead already counts as revoked.

        Raises:
            UnavailableError: Slack did not say that the token is dead; nothing was forgotten.
        """
        account = await self._connections.get(connection_id)
        if account.status == CONNECTED:
            await self._revoke_at_slack(connection_id)
        await self._connections.mark(connection_id, REVOKED, "Revoked; connect it again to use it.")
        self._workspaces.forget()
        return to_connection(await self._connections.get(connection_id))

    async def _revoke_at_slack(self, connection_id: str) -> None:
        try:
            workspace = await self._workspaces.ready(connection_id)
            await workspace.client.auth_revoke()
        except DeliveryFailedError as failure:
            if failure.code not in _DEAD_CODES:
                raise _no_answer() from failure
        except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
            if code_of(error) not in _DEAD_CODES:
                raise _no_answer() from error

    def _refuse_unconfigured(self) -> None:
        if missing := self._settings.missing:
            raise FailedPreconditionError(
                f"Slack is not configured; set {', '.join(missing)}.",
                reason=Reason.ERROR_REASON_NOT_CONNECTED,
                metadata={"channel": "slack"},
            )


def _installation(answer: Mapping[str, Any]) -> dict[str, Any]:
    """What is stored of an installation; the team is null for one in a whole organisation."""
    team, enterprise = answer.get("team") or {}, answer.get("enterprise") or {}
    scopes = str(answer.get("scope") or "").split(",")
    return {
        "account": account_key(str(enterprise.get("id") or ""), str(team.get("id") or "")),
        "display_name": str(team.get("name") or enterprise.get("name") or "Slack"),
        "granted_scopes": tuple(scope for scope in scopes if scope),
        "state": {
            "app_id": str(answer.get("app_id") or ""),
            "bot_user_id": str(answer.get("bot_user_id") or ""),
        },
    }


def _refused(code: str) -> FailedPreconditionError:
    return FailedPreconditionError(
        f"Slack did not connect the workspace ({code}). Start again.",
        reason=Reason.ERROR_REASON_PROVIDER_REFUSED,
        metadata={"provider_code": code},
    )


def _no_answer() -> UnavailableError:
    return UnavailableError("Slack does not answer; try again.", metadata={"service": "slack"})
