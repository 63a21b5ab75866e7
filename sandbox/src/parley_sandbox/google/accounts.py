"""Consents, codes and tokens of Google accounts."""

from dataclasses import dataclass, field

from parley_sandbox import signed
from parley_sandbox.clock import Clock
from parley_sandbox.google.errors import unauthenticated
from parley_sandbox.ids import opaque
from parley_sandbox.settings import Settings

ACCESS, REFRESH = "ya29.", "1//0"
CODE_SECONDS = 600
ACCESS_SECONDS = 3_599
LIVE_REFRESH_TOKENS = 100


class OAuthError(Exception):
    """A refusal of the token endpoint (RFC 6749 section 5.2)."""

    def __init__(self, code: str, description: str, status: int = 400) -> None:
        super().__init__(code)
        self.code = code
        self.description = description
        self.status = status


@dataclass(frozen=True, slots=True)
class Code:
    """One authorization code, waiting for its exchange."""

    redirect_uri: str
    challenge: str
    email: str
    scopes: tuple[str, ...]
    wants_refresh: bool
    nonce: str
    expires_at: float


@dataclass(frozen=True, slots=True)
class Access:
    """What a valid access token allows."""

    email: str
    scopes: frozenset[str]


@dataclass
class Accounts:
    """Who allowed what.

    Tokens carry their claims, so only consents and what ended early are kept here.
    """

    settings: Settings
    clock: Clock
    codes: dict[str, Code] = field(default_factory=dict)
    consents: dict[str, set[str]] = field(default_factory=dict)
    grants: dict[str, list[str]] = field(default_factory=dict)
    refresh_tokens: dict[str, list[str]] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    denied_scopes: frozenset[str] = frozenset()

    def consent(self, email: str, scopes: tuple[str, ...]) -> bool:
        """Record a consent; returns whether it is this account's first."""
        is_first = email not in self.consents
        self.consents.setdefault(email, set()).update(scopes)
        return is_first

    def new_code(self, code: Code) -> str:
        """Keep a code for ten minutes."""
        key = f"4/0{opaque(36)}"
        self.codes[key] = code
        return key

    def use_code(self, key: str) -> Code:
        """Consume a code; raises OAuthError, also for a second use."""
        code = self.codes.pop(key, None)
        if code is None or code.expires_at <= self.clock.now():
            raise OAuthError("invalid_grant", "Malformed auth code.")
        return code

    def new_refresh_token(self, email: str, scopes: tuple[str, ...], grant: str) -> str:
        """Return a refresh token; above 100 live ones the oldest silently ends."""
        claims = {"email": email, "scopes": scopes, "grant": grant}
        token = signed.issue(REFRESH, self._secret, claims)
        live = self.refresh_tokens.setdefault(email, [])
        live.append(token)
        self.ended.update(live[:-LIVE_REFRESH_TOKENS])
        del live[:-LIVE_REFRESH_TOKENS]
        return token

    def new_grant(self, email: str) -> str:
        """Return the id that ties the tokens of one consent together."""
        grant = opaque(9)
        self.grants.setdefault(email, []).append(grant)
        return grant

    def new_access_token(self, email: str, scopes: tuple[str, ...], grant: str) -> str:
        """Return an access token for an hour."""
        expires_at = self.clock.now() + ACCESS_SECONDS
        claims = {"email": email, "scopes": scopes, "grant": grant, "expires_at": expires_at}
        return signed.issue(ACCESS, self._secret, claims)

    def check_refresh_token(self, token: str) -> signed.Claims:
        """Return the claims of a live refresh token; raises OAuthError."""
        claims = signed.read(REFRESH, self._secret, token)
        if claims is None:
            raise OAuthError("invalid_grant", "Bad Request")
        if token in self.ended or claims["grant"] in self.ended:
            raise OAuthError("invalid_grant", "Token has been expired or revoked.")
        return claims

    def check_access_token(self, token: str | None) -> Access:
        """Return what a token allows; raises GoogleError 401."""
        claims = signed.read(ACCESS, self._secret, token or "")
        if claims is None or token in self.ended or claims["grant"] in self.ended:
            raise unauthenticated()
        if claims["expires_at"] <= self.clock.now():
            raise unauthenticated()
        return Access(claims["email"], frozenset(claims["scopes"]))

    def revoke_token(self, token: str) -> bool:
        """End a consent by one of its tokens; False for an unknown or dead one."""
        prefix = ACCESS if token.startswith(ACCESS) else REFRESH
        claims = signed.read(prefix, self._secret, token)
        if claims is None or claims["grant"] in self.ended:
            return False
        self.ended.add(claims["grant"])
        self.revoke_account(claims["email"])
        return True

    def revoke_account(self, email: str) -> None:
        """End all of an account's consents, as on its security page."""
        self.ended.update(self.grants.pop(email, []))
        self.ended.update(self.refresh_tokens.pop(email, []))
        self.consents.pop(email, None)

    def reset(self) -> None:
        """End every consent."""
        for email in list(self.grants):
            self.revoke_account(email)

    @property
    def _secret(self) -> str:
        return self.settings.gmail_client_secret.get_secret_value()
