"""The page that an e-mail's buttons lead to. Looking decides nothing; only its form does."""

from __future__ import annotations

import json
import re

import orjson
from fastapi import APIRouter, Request
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from parley.orchestrator.v1 import access_pb2, feedback_pb2
from parley_gateway import cookies
from parley_gateway.answer_action import as_posted
from parley_gateway.answer_nonce import nonces_of
from parley_gateway.answer_rendering import (
    asked_once_more,
    bad_link,
    foreign_form,
    refusal,
    shown,
)
from parley_gateway.answer_submission import Posted, Submission, submission_of
from parley_gateway.answer_view import AnswerView, view_of
from parley_gateway.html_pages import HEADERS
from parley_gateway.principal import Principal
from parley_gateway.problems import problem_of
from parley_gateway.route import OpenRoute, gateway_of
from parley_kit.errors import (
    FailedPreconditionError,
    InvalidArgumentError,
    Reason,
    ServiceError,
    UnauthenticatedError,
)

_TOKEN = re.compile(r"[A-Za-z0-9_.~-]{16,256}")
_FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")

router = APIRouter(include_in_schema=False, route_class=OpenRoute)


@router.api_route("/f/{token}", methods=["GET", "HEAD"])
async def show(request: Request, token: str) -> Response:
    """Shows exactly what is asked, or how it ended."""
    try:
        view, _person = await _viewed(request, token)
    except ServiceError as error:
        return refusal(error)
    return shown(request, token, view, 403 if view.state == "wrong_person" else 200)


@router.post("/f/{token}")
async def answer(request: Request, token: str) -> Response:
    """Records what the form says, then leads back to the page, which shows the result."""
    try:
        posted = await _posted(request, token)
        view, person = await _viewed(request, token)
    except ServiceError as error:
        return refusal(error)
    if view.state == "wrong_person":
        return shown(request, token, view, 403)
    if view.state != "open":
        return shown(request, token, view, 409, notice="Your answer was not needed any more.")
    given = submission_of(view, posted)
    if given.is_wrong:
        notice = "Please look at the marked fields."
        return shown(request, token, view, 422, notice=notice, posted=posted, given=given)
    return await _taken(request, token, view, person, given, posted)


async def _taken(
    request: Request,
    token: str,
    view: AnswerView,
    person: Principal | None,
    given: Submission,
    posted: Posted,
) -> Response:
    if "back" in posted:
        return shown(request, token, view, posted=_unfolded(view, posted, given))
    nonces = nonces_of(gateway_of(request).keys, token, request.cookies)
    is_confirmed = nonces.has_confirmation(posted, given.fingerprint)
    if given.needs_confirming(view) and not is_confirmed:
        return asked_once_more(request, token, view, given)
    try:
        await _record(request, token, view, person, given)
    except ServiceError as error:
        return await _not_recorded(request, token, error, posted)
    return RedirectResponse(request.url.path, 303, headers=HEADERS)


async def _viewed(request: Request, token: str) -> tuple[AnswerView, Principal | None]:
    """The page as it is for who looks at it."""
    if not _TOKEN.fullmatch(token):
        raise bad_link()
    gateway = gateway_of(request)
    opened = await gateway.orchestrator.access.OpenAnswerLink(
        access_pb2.OpenAnswerLinkRequest(token=token)
    )
    person = await _signed_in(request)
    return view_of(opened, gateway.clock(), person.id if person else ""), person


async def _signed_in(request: Request) -> Principal | None:
    """Who is signed in at the web chat in this browser, if anybody is.

    A browser does not send that cookie along when it comes from a mail, only from our own pages.
    """
    token = request.cookies.get(cookies.USER)
    if not token:
        return None
    try:
        return await gateway_of(request).authenticator.user(token)
    except UnauthenticatedError:
        return None


async def _record(
    request: Request, token: str, view: AnswerView, person: Principal | None, given: Submission
) -> None:
    await gateway_of(request).orchestrator.feedback.RecordResponse(
        feedback_pb2.RecordResponseRequest(
            caller=person.caller if person else None,
            request_id=view.request_id,
            value_json=orjson.dumps(given.value).decode(),
            comment=given.comment,
            link_token=token,
            digest=given.digest,
            edited_action_json=given.edited_json,
        )
    )


async def _posted(request: Request, token: str) -> Posted:
    """The form's fields, once it is sure that the form is ours and of this browser."""
    gateway = gateway_of(request)
    essence = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if essence not in _FORM_TYPES or not gateway.origins.is_own_form(request.headers):
        raise foreign_form()
    async with request.form(max_files=0, max_fields=200) as form:
        posted = {
            name: one.replace("\x00", "")
            for name, one in form.items()
            if not isinstance(one, UploadFile)
        }
    if not nonces_of(gateway.keys, token, request.cookies).has_page(posted):
        raise foreign_form()
    return posted


def _unfolded(view: AnswerView, posted: Posted, given: Submission) -> Posted:
    """What was posted from the second page, as the first page's fields hold it."""
    if not view.allow_edit:
        return posted
    changed = json.loads(given.edited_json) if given.edited_json else view.action_value
    return {**posted, **as_posted(view.action_value, changed)}


async def _not_recorded(
    request: Request, token: str, error: ServiceError, posted: Posted
) -> Response:
    """The page again, with what went wrong; whoever came too late sees who won."""
    correctable = isinstance(error, InvalidArgumentError)
    if not correctable and not isinstance(error, FailedPreconditionError):
        return refusal(error)
    view, _person = await _viewed(request, token)
    late = error.reason == Reason.ERROR_REASON_ALREADY_DECIDED
    notice = "Your answer came too late." if late else error.message
    status = problem_of(error).status
    return shown(
        request, token, view, status, notice=notice, posted=posted if correctable else None
    )
