"""Connecting a mailbox: Google's consent page, the code, the tokens, and taking them back."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import TypeVar

from parley.channel.v1 import channel_pb2
from parley_gmail.google.access import Access
from parley_gmail.google.api import GmailApi
from parley_gmail.google.refusals import GoogleRefusedError, GoogleUnreachableError
from parley_gmail.google.scopes import missing_scopes, scopes_sentence
from parley_gmail.google.sign_in import SignIn
from parley_gmail.google.tokens import Grant, Identity, TokenEndpoint
from parley_gmail.mailboxes import Mailboxes, owner_key
from parley_gmail.settings import GmailSettings
from parley_kit.adapter.connections import (
    CONNECTED,
    RECONNECT_NEEDED,
    REVOKED,
    Account,
    UnreadableTokensError,
)
from parley_kit.adapter.oauth_states import StartedAuthorization, bad_state, new_state
from parley_kit.adapter.service import Storage
from parley_kit.clock import to_timestamp
from parley_kit.errors import FailedPreconditionError, Reason, ServiceError, UnavailableError
from parley_kit.logs import get_logger

log = get_logger(__name__)
T = TypeVar("T")


class Authorizations:
    """The OAuth 2.0 code flow with PKCE (RFC 7636) for mailboxes."""

    def __init__(
        self,
        settings: GmailSettings,
        storage: Storage,
        sign_in: SignIn,
        endpoint: TokenEndpoint,
        access: Access,
        api: GmailApi,
        mailboxes: Mailboxes,
    ) -> None:
        self._settings = settings
        self._storage = storage
        self._sign_in = sign_in
        self._endpoint = endpoint
        self._access = access
        self._api = api
        self._mailboxes = mailboxes

    async def start(
        self, request: channel_pb2.StartAuthorizationRequest
    ) -> channel_pb2.StartAuthorizationResponse:
        """The consent page's address, with a state that only this browser can bring back.

        Raises:
            FailedPreconditionError: No client is configured.
        """
        if missing := self._settings.missing_credentials:
            raise FailedPreconditionError(
                not_configured(missing), reason=Reason.ERROR_REASON_NOT_CONNECTED
            )
        state = new_state()
        url, verifier = self._sign_in.consent_page(state, request.login_hint)
        expires_at = await self._storage.oauth_states.begin(
            state,
            user_id=request.user_id,
            browser_binding=request.browser_binding,
            code_verifier=verifier,
        )
        return channel_pb2.StartAuthorizationResponse(
            authorize_url=url, expires_at=to_timestamp(expires_at)
        )

    async def complete(self, parameters: Mapping[str, str], browser_binding: str) -> Account:
        """The new or renewed mailbox.

        Raises:
            PermissionDeniedError: The state does not hold.
            FailedPreconditionError: Google refused, or the person did.
            UnavailableError: Google did not answer.
        """
        if not parameters.get("state"):
            raise bad_state()
        started = await self._storage.oauth_states.consume(parameters["state"], browser_binding)
        if error := parameters.get("error"):
            raise refused(error)
        if not parameters.get("code"):
            raise refused("no_code")
        grant = await answered(self._sign_in.exchange(parameters["code"], started.code_verifier))
        identity = await answered(self._endpoint.identify(grant.tokens.access))
        return await self._store(started, grant, identity)

    async def _store(
        self, started: StartedAuthorization, grant: Grant, identity: Identity
    ) -> Account:
        connections = self._storage.connections
        missing = missing_scopes(grant.scopes)
        account = await connections.connect(
            account=owner_key(started.user_id, identity.email),
            display_name=identity.email,
            user_id=started.user_id,
            tokens=grant.tokens,
            granted_scopes=grant.scopes,
            state={"subject": identity.subject},
            obstacle=scopes_sentence(missing) if missing else "",
        )
        self._access.forget(account.connection_id)
        if not missing and account.cursor is None:
            await self._begin_history(account.connection_id)
        self._mailboxes.forget()
        log.info("a mailbox is connected", connection_id=account.connection_id)
        return await connections.get(account.connection_id)

    async def _begin_history(self, connection_id: str) -> None:
        """What arrives from now on is heard; where Google does not answer, the poll begins it."""
        request = self._api.users.getProfile(userId="me")
        try:
            profile = await self._api.call(connection_id, request)
        except (GoogleRefusedError, GoogleUnreachableError) as error:
            log.warning("the history begins with the first poll", reason=str(error))
            return
        cursor = int(profile["historyId"])
        await self._storage.database.write(
            lambda tx: self._storage.connections.advance_cursor(tx, connection_id, cursor)
        )

    async def refresh(self, connection_id: str) -> list[Account]:
        """Refreshes one connection's token, or all; a dead one comes back as such.

        Raises:
            NotFoundError: There is none with this id.
            UnavailableError: Google did not answer for the one that was asked for.
        """
        connections = self._storage.connections
        if connection_id:
            await self._refresh(await connections.get(connection_id), is_only=True)
            return [await connections.get(connection_id)]
        for account in await connections.all():
            await self._refresh(account, is_only=False)
        return [each for each in await connections.all() if each.status != REVOKED]

    async def _refresh(self, account: Account, *, is_only: bool) -> None:
        if account.status == REVOKED:
            return
        connections = self._storage.connections
        try:
            tokens = await connections.tokens(account.connection_id)
            await self._access.renewed(account.connection_id, tokens.access)
            if account.status == RECONNECT_NEEDED and not missing_scopes(account.granted_scopes):
                await connections.mark(account.connection_id, CONNECTED, "")  # it works after all
        except GoogleRefusedError as error:
            log.warning("a refresh was refused", reason=error.reason)
        except UnreadableTokensError:
            log.warning("a token does not open", connection_id=account.connection_id)
        except GoogleUnreachableError as error:
            if is_only:
                raise unavailable() from error
        self._mailboxes.forget()

    async def revoke(self, connection_id: str) -> Account:
        """Takes the grant back at Google and forgets the tokens.

        Raises:
            NotFoundError: There is none with this id.
            UnavailableError: Google did not answer; nothing was forgotten.
        """
        connections = self._storage.connections
        account = await connections.get(connection_id)
        if account.status != REVOKED:
            detail = await self._revoke_at_google(connection_id)
            await connections.mark(connection_id, REVOKED, detail)
        self._access.forget(connection_id)
        self._mailboxes.forget()
        return await connections.get(connection_id)

    async def _revoke_at_google(self, connection_id: str) -> str:
        try:
            tokens = await self._storage.connections.tokens(connection_id)
        except UnreadableTokensError:  # nothing to show Google; forgetting is all that is left
            return "Forgotten here; also remove Parley at myaccount.google.com/connections."
        await answered(self._endpoint.revoke(tokens.refresh or tokens.access))
        return "Disconnected here."


async def answered(call: Awaitable[T]) -> T:
    """The call's result, with Google's refusals in our family of errors."""
    try:
        return await call
    except GoogleUnreachableError as error:
        raise unavailable() from error
    except GoogleRefusedError as error:
        if error.status >= 500:  # noqa: PLR2004  # server errors pass
            raise unavailable() from error
        raise refused(error.reason) from error


def unavailable() -> ServiceError:
    """Google did not answer."""
    return UnavailableError("Google does not answer; try again.", metadata={"service": "google"})


def refused(code: str) -> ServiceError:
    """Google, or the person on its page, said no."""
    return FailedPreconditionError(
        f"Google did not connect the mailbox ({code[:100]}); start again and allow all that is asked.",
        reason=Reason.ERROR_REASON_PROVIDER_REFUSED,
        metadata={"provider_code": code[:100]},
    )


def not_configured(missing: list[str]) -> str:
    """What to set before a mailbox can be connected."""
    return f"No Google OAuth client is configured: set {' and '.join(missing)}, then restart."
