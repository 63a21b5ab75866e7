"""Pages that work without scripts: one style sheet, inline, allowed by its hash."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

_FOLDER = Path(__file__).parent / "templates"
_STYLE = (_FOLDER / "page.css").read_text(encoding="utf-8")
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_TEMPLATES = Environment(
    loader=FileSystemLoader(_FOLDER),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def _with_code(text: str) -> Markup:
    """A description whose words between backticks are shown as code."""
    parts = re.split(r"`{1,2}([^`]+)`{1,2}", text)
    code = Markup("<code>{}</code>")
    return Markup().join(code.format(part) if n % 2 else part for n, part in enumerate(parts))


_TEMPLATES.filters["with_code"] = _with_code

POLICY = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {"Content-Security-Policy": POLICY, "X-Robots-Tag": "noindex, nofollow"}


def page(template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A rendered page under our policy; the envelope adds the other headers."""
    style = Markup(_STYLE)  # noqa: S704  # our own file
    text = _TEMPLATES.get_template(template).render(style=style, **values)
    return HTMLResponse(text, status, HEADERS)
