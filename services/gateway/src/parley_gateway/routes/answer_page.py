"""The page that an e-mail's buttons lead to. Looking decides nothing; only its form does."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import Any

import orjson
from fastapi import APIRouter, Request
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from parley.orchestrator.v1 import access_pb2, feedback_pb2
from parley_gateway.answer_form import fields_of, read_form
from parley_gateway.answer_view import AnswerView, view_of
from parley_gateway.bootstrap import Gateway
from parley_gateway.html_pages import HEADERS, page
from parley_gateway.problems import problem_of
from parley_gateway.route import OpenRoute, gateway_of
from parley_kit import crash_points
from parley_kit.errors import (
    FailedPreconditionError,
    InvalidArgumentError,
    PermissionDeniedError,
    Reason,
    ServiceError,
)

COOKIE = "parley_answer"
COOKIE_SECONDS = 24 * 3_600
MAX_COMMENT = 4_000
_PURPOSE = "answer-nonce"
_TOKEN = re.compile(r"[A-Za-z0-9_.~-]{16,256}")
_COOKIE_VALUE = re.compile(r"[A-Za-z0-9_-]{22,64}")
_FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")

router = APIRouter(include_in_schema=False, route_class=OpenRoute)
Posted = Mapping[str, str]


@router.api_route("/f/{token}", methods=["GET", "HEAD"])
async def show(request: Request, token: str) -> Response:
    """Shows exactly what is asked, or how it ended."""
    try:
        opened = await _open(request, token)
    except ServiceError as error:
        return _refusal(error)
    view = view_of(opened, gateway_of(request).clock())
    return _shown(request, token, view)


@router.post("/f/{token}")
async def answer(request: Request, token: str) -> Response:
    """Records what the form says, then leads back to the page, which shows the result."""
    try:
        posted = await _posted(request, token)
        opened = await _open(request, token)
    except ServiceError as error:
        return _refusal(error)
    view = view_of(opened, gateway_of(request).clock())
    if view.state != "open":
        return _shown(request, token, view, 409, notice="Your answer was not needed any more.")
    value, errors = _value(view, posted)
    if errors:
        notice = "Please look at the marked fields."
        return _shown(request, token, view, 422, notice=notice, posted=posted, errors=errors)
    try:
        await _record(request, token, opened.request.id, value, posted)
    except ServiceError as error:
        return await _not_recorded(request, token, error, posted)
    return RedirectResponse(request.url.path, 303, headers=HEADERS)


async def _open(request: Request, token: str) -> access_pb2.OpenAnswerLinkResponse:
    if not _TOKEN.fullmatch(token):
        raise _bad_link()
    return await gateway_of(request).orchestrator.access.OpenAnswerLink(
        access_pb2.OpenAnswerLinkRequest(token=token)
    )


async def _record(
    request: Request, token: str, request_id: str, value: Any, posted: Posted
) -> None:
    await gateway_of(request).orchestrator.feedback.RecordResponse(
        feedback_pb2.RecordResponseRequest(
            request_id=request_id,
            value_json=orjson.dumps(value).decode(),
            comment=posted.get("comment", "").replace("\r\n", "\n").strip()[:MAX_COMMENT],
            link_token=token,
            digest=posted.get("digest", ""),
        )
    )
    crash_points.reach("gateway.link_answer_recorded")


async def _posted(request: Request, token: str) -> Posted:
    """The form's fields, once it is sure that the form is ours and of this browser."""
    gateway = gateway_of(request)
    essence = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    cookie = request.cookies.get(COOKIE, "")
    if essence not in _FORM_TYPES or not gateway.origins.is_own_form(request.headers):
        raise _foreign_form()
    async with request.form(max_files=0, max_fields=200) as form:
        posted = {
            name: one.replace("\x00", "")
            for name, one in form.items()
            if not isinstance(one, UploadFile)
        }
    if not _COOKIE_VALUE.fullmatch(cookie) or not _has_nonce(gateway, token, cookie, posted):
        raise _foreign_form()
    return posted


def _has_nonce(gateway: Gateway, token: str, cookie: str, posted: Posted) -> bool:
    nonce = posted.get("nonce", "")
    return nonce.isascii() and gateway.keys.is_signed(_PURPOSE, f"{token}.{cookie}", nonce)


def _value(view: AnswerView, posted: Posted) -> tuple[Any, dict[str, str]]:
    if view.kind == "form":
        filled = read_form(view.schema, posted)
        return filled.value, filled.errors
    value = posted.get("value", "").replace("\r\n", "\n")
    return value, {} if value.strip() else {"value": "This is needed."}


async def _not_recorded(
    request: Request, token: str, error: ServiceError, posted: Posted
) -> Response:
    """The page again, with what went wrong; whoever came too late sees who won."""
    correctable = isinstance(error, InvalidArgumentError)
    if not correctable and not isinstance(error, FailedPreconditionError):
        return _refusal(error)
    view = view_of(await _open(request, token), gateway_of(request).clock())
    late = error.reason == Reason.ERROR_REASON_ALREADY_DECIDED
    notice = "Your answer came too late." if late else error.message
    status = problem_of(error).status
    kept = posted if correctable else None
    return _shown(request, token, view, status, notice=notice, posted=kept)


def _shown(
    request: Request,
    token: str,
    view: AnswerView,
    status: int = 200,
    *,
    notice: str = "",
    posted: Posted | None = None,
    errors: Mapping[str, str] | None = None,
) -> Response:
    gateway = gateway_of(request)
    cookie = request.cookies.get(COOKIE, "")
    if not _COOKIE_VALUE.fullmatch(cookie):
        cookie = secrets.token_urlsafe(24)
    response = page(
        "answer.html",
        status,
        view=view,
        fields=fields_of(view.schema, posted, errors) if view.kind == "form" else [],
        posted=posted or {},
        errors=errors or {},
        notice=notice,
        nonce=gateway.keys.sign(_PURPOSE, f"{token}.{cookie}"),
        max_comment=MAX_COMMENT,
    )
    response.set_cookie(
        COOKIE,
        cookie,
        max_age=COOKIE_SECONDS,
        path="/f",
        secure=gateway.settings.is_secure,
        httponly=True,
        samesite="strict",
    )
    return response


def _refusal(error: ServiceError) -> Response:
    problem = problem_of(error)
    if error.reason == Reason.ERROR_REASON_BAD_CREDENTIAL:
        title, detail = "This link does not hold", _bad_link().message
    else:
        title, detail = "That did not work", problem.detail
    return page("notice.html", problem.status, title=title, tone="bad", text=detail, link=None)


def _bad_link() -> PermissionDeniedError:
    return PermissionDeniedError(
        "It is not known, too old, or was cut off on its way. Open the newest e-mail about this "
        "question, or answer where else it reached you.",
        reason=Reason.ERROR_REASON_BAD_CREDENTIAL,
    )


def _foreign_form() -> PermissionDeniedError:
    return PermissionDeniedError(
        "Answers are taken only from this site's own page. Open the link from the e-mail again, "
        "allow cookies for this site, and answer there."
    )
