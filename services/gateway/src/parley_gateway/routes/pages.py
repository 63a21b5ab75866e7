"""The web chat and the operator's console: static files under a strict policy."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter
from starlette.responses import FileResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER = Path(__file__).parents[1] / "pages"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_CHECKED = {"Cache-Control": "no-cache"}  # kept, but asked for again: an update shows at once

router = APIRouter(include_in_schema=False)


@router.get("/")
async def chat() -> Response:
    """The web chat."""
    return _page("chat")


@router.get("/console")
async def console() -> Response:
    """The operator's console."""
    return _page("console")


def _page(name: str) -> Response:
    headers = {"Content-Security-Policy": POLICY, **_CHECKED}
    return FileResponse(FOLDER / name / "index.html", headers=headers)


class _Assets(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers.update(_CHECKED)
        return response


router.routes.append(Mount("/assets", _Assets(directory=FOLDER, check_dir=False), name="assets"))
