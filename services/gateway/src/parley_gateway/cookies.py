"""The cookies that the gateway sets, all HttpOnly."""

from __future__ import annotations

from datetime import datetime, timedelta

from starlette.responses import Response

from parley_kit.sealing import KeyRing, Secret, token_hash

USER = "parley_user"
CONSOLE = "parley_admin"
CONSOLE_LIFETIME = timedelta(hours=12)
_PURPOSE = "console-session"


def keep(
    response: Response, name: str, value: str, *, seconds: int, is_secure: bool, path: str = "/"
) -> None:
    """Sets a cookie that only this site's own pages send."""
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path=path,
        secure=is_secure,
        httponly=True,
        samesite="strict",
    )


def drop(response: Response, name: str, *, is_secure: bool) -> None:
    """Removes a cookie."""
    response.delete_cookie(name, path="/", secure=is_secure, httponly=True, samesite="strict")


def console_value(keys: KeyRing, admin_key: Secret, expires_at: datetime) -> str:
    """A signed value for the operator's cookie; holds no secret, ends with the admin key."""
    seconds = str(int(expires_at.timestamp()))
    return f"{seconds}.{keys.sign(_PURPOSE, _bound(admin_key, seconds))}"


def console_expiry(keys: KeyRing, admin_key: Secret, value: str, now: datetime) -> datetime | None:
    """When a console cookie ends; None when it does not hold."""
    seconds, _, signature = value.partition(".")
    is_signed = signature.isascii() and keys.is_signed(
        _PURPOSE, _bound(admin_key, seconds), signature
    )
    if not is_signed or not admin_key:
        return None
    expires_at = datetime.fromtimestamp(int(seconds), tz=now.tzinfo)
    return expires_at if now < expires_at else None


def _bound(admin_key: Secret, seconds: str) -> str:
    return f"{seconds}.{token_hash(admin_key.reveal())}"
