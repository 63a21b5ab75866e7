"""The page on which a person allows an app, for both providers."""

from dataclasses import dataclass
from html import escape
from importlib.resources import files
from string import Template

from starlette.requests import Request
from starlette.responses import HTMLResponse

_HEADERS = {"cache-control": "no-store", "content-security-policy": "frame-ancestors 'none'"}


@dataclass(frozen=True, slots=True)
class Consent:
    """What is asked: who asks for what, at which place; accounts to choose from, if any."""

    provider: str
    place: str
    scopes: tuple[str, ...]
    accounts: tuple[str, ...] = ()
    selected: str = ""
    can_untick: bool = False


def is_automatic(request: Request) -> bool:
    """Whether nobody looks: a script, which `Accept` shows, or one that says so."""
    approves = request.query_params.get("approve") == "1"
    return approves or "text/html" not in request.headers.get("accept", "")


def consent_page(consent: Consent) -> HTMLResponse:
    """Return the page; its form posts to the same address."""
    page = _template("consent.html").substitute(
        provider=escape(consent.provider),
        place=escape(consent.place),
        accounts=_accounts(consent),
        scopes="".join(_scope(scope, can_untick=consent.can_untick) for scope in consent.scopes),
    )
    return HTMLResponse(page, headers=_HEADERS)


def error_page(provider: str, message: str) -> HTMLResponse:
    """Return the page that a provider shows instead of redirecting."""
    page = _template("consent_error.html").substitute(
        provider=escape(provider), message=escape(message)
    )
    return HTMLResponse(page, status_code=400, headers=_HEADERS)


def _template(name: str) -> Template:
    return Template(files("parley_sandbox.page").joinpath(name).read_text())


def _accounts(consent: Consent) -> str:
    if not consent.accounts:
        return ""
    options = "".join(
        f"<option{' selected' if a == consent.selected else ''}>{escape(a)}</option>"
        for a in consent.accounts
    )
    return f'<label class="account">Account <select name="account">{options}</select></label>'


def _scope(scope: str, *, can_untick: bool) -> str:
    if not can_untick:
        return f"<li>{escape(scope)}</li>"
    box = f'<input type="checkbox" name="scope" value="{escape(scope)}" checked>'
    return f"<li><label>{box} {escape(scope)}</label></li>"
