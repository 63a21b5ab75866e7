"""Installations and their tokens."""

from dataclasses import dataclass, field

from parley_sandbox import signed
from parley_sandbox.clock import Clock
from parley_sandbox.ids import opaque, stable_id
from parley_sandbox.settings import Settings
from parley_sandbox.slack.errors import SlackError
from parley_sandbox.slack.places import FIRST, Place

BOT, REFRESH, APP = "xoxb-", "xoxe-1-", "xapp-"
CODE_SECONDS = 600
TOKEN_SECONDS = 43_200
ACTIVE_TOKENS = 2


@dataclass(frozen=True, slots=True)
class Grant:
    """What a bot token allows; `app_level` marks an `xapp-` token."""

    token: str
    scopes: frozenset[str]
    install: str
    app_level: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """A temporary code of the authorize step."""

    redirect_uri: str
    scopes: tuple[str, ...]
    user_id: str
    expires_at: float


@dataclass
class Grants:
    """Every code and token that was given out.

    Tokens carry their claims, so only what ended early is kept: `revoked` installations,
    `ended` tokens and used refresh tokens.
    """

    settings: Settings
    clock: Clock
    place: Place = FIRST
    codes: dict[str, Code] = field(default_factory=dict)
    revoked: set[str] = field(default_factory=set)
    ended: set[str] = field(default_factory=set)
    active: dict[str, list[str]] = field(default_factory=dict)
    scopes: frozenset[str] = frozenset()
    is_installed: bool = False

    @property
    def team_id(self) -> str:
        """The workspace; empty in an organisation."""
        return self.place.team_id

    @property
    def app_id(self) -> str:
        """The app that the client id belongs to."""
        return stable_id("A0", self.settings.slack_client_id)

    @property
    def bot_user_id(self) -> str:
        """The app's bot user, another one in every workspace."""
        own = "" if self.place == FIRST else self.place.key
        return stable_id("U0", f"bot:{self.settings.slack_client_id}{own}")

    @property
    def bot_id(self) -> str:
        """The app's bot, as messages name it."""
        return "B0" + self.bot_user_id[2:]

    def new_code(self, redirect_uri: str, scopes: tuple[str, ...], user_id: str) -> str:
        """Return a code that can be exchanged once within ten minutes."""
        code = opaque()
        self.codes[code] = Code(redirect_uri, scopes, user_id, self.clock.now() + CODE_SECONDS)
        return code

    def use_code(self, code: str, redirect_uri: str) -> Code:
        """Consume a code; raises SlackError, also for a second use."""
        found = self.codes.pop(code, None)
        if found is None or found.expires_at <= self.clock.now():
            raise SlackError("invalid_code")
        if found.redirect_uri != redirect_uri:
            raise SlackError("bad_redirect_uri")
        return found

    def install(self, scopes: tuple[str, ...]) -> tuple[str, str | None]:
        """Return a bot token, and a refresh token when rotation is on."""
        return self._issue(opaque(9), scopes)

    def rotate(self, refresh_token: str) -> tuple[str, str | None, tuple[str, ...]]:
        """Exchange a refresh token, which works once."""
        claims = signed.read(REFRESH, self._secret, refresh_token)
        if claims is None or refresh_token in self.ended or claims["install"] in self.revoked:
            raise SlackError("invalid_refresh_token")
        self.ended.add(refresh_token)
        scopes = tuple(claims["scopes"])
        return *self._issue(claims["install"], scopes), scopes

    def _issue(self, install: str, scopes: tuple[str, ...]) -> tuple[str, str | None]:
        rotates = self.settings.sandbox_slack_rotation
        claims = {"install": install, "scopes": scopes, "place": self.place.key}
        expires_at = self.clock.now() + TOKEN_SECONDS if rotates else None
        token = signed.issue(BOT, self._secret, {**claims, "expires_at": expires_at})
        active = self.active.setdefault(install, [])
        active.append(token)
        self.ended.update(active[:-ACTIVE_TOKENS])
        self.scopes, self.is_installed = frozenset(scopes), True
        return token, signed.issue(REFRESH, self._secret, claims) if rotates else None

    def check(self, token: str) -> Grant:
        """Return what a token allows; raises SlackError."""
        if token.startswith(APP):
            return self._check_app_token(token)
        claims = signed.read(BOT, self._secret, token)
        if claims is None:
            raise SlackError("invalid_auth")
        if claims["install"] in self.revoked or token in self.ended:
            raise SlackError("token_revoked")
        if claims["expires_at"] is not None and claims["expires_at"] <= self.clock.now():
            raise SlackError("token_expired")
        scopes = frozenset(claims["scopes"])
        # A token from before a restart proves that the app is installed here.
        self.scopes, self.is_installed = self.scopes or scopes, True
        return Grant(token, scopes, claims["install"])

    def _check_app_token(self, token: str) -> Grant:
        if token != self.settings.slack_app_token.get_secret_value():
            raise SlackError("invalid_auth")
        return Grant(token, frozenset({"connections:write"}), "", app_level=True)

    def revoke(self, token: str) -> None:
        """End one token; without any other, events stop as well."""
        self.ended.add(token)
        live = {t for tokens in self.active.values() for t in tokens} - self.ended
        self.is_installed = bool(live)

    def uninstall(self) -> None:
        """End every token that was given out."""
        self.revoked.update(self.active)
        self.active.clear()
        self.scopes, self.is_installed = frozenset(), False

    @property
    def _secret(self) -> str:
        return self.settings.slack_client_secret.get_secret_value()
