"""The answer page in each of its states, as responses."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from parley_gateway.answer_action import fields_of as action_fields
from parley_gateway.answer_form import fields_of
from parley_gateway.answer_nonce import nonces_of
from parley_gateway.answer_submission import MAX_COMMENT, Posted, Submission
from parley_gateway.answer_view import AnswerView, shown_action
from parley_gateway.html_pages import page
from parley_gateway.problems import problem_of
from parley_gateway.route import gateway_of
from parley_kit.errors import PermissionDeniedError, Reason, ServiceError


def shown(
    request: Request,
    token: str,
    view: AnswerView,
    status: int = 200,
    *,
    notice: str = "",
    posted: Posted | None = None,
    given: Submission | None = None,
) -> Response:
    """The page that asks, or says how it ended; with what was posted and what is wrong with it."""
    gateway = gateway_of(request)
    nonces = nonces_of(gateway.keys, token, request.cookies)
    errors: Mapping[str, str] = given.errors if given else {}
    edit_errors: Mapping[str, str] = given.edit_errors if given else {}
    response = page(
        "answer.html",
        status,
        view=view,
        fields=fields_of(view.schema, posted, errors) if view.kind == "form" else [],
        edits=action_fields(view.action_value, posted, edit_errors) if view.allow_edit else [],
        posted=posted or {},
        chosen=_chosen(request, view, posted),
        errors=errors,
        is_wrong=given is not None and given.is_wrong,
        notice=notice,
        is_second_look="again" in request.query_params,
        path=request.url.path,
        nonce=nonces.page,
        max_comment=MAX_COMMENT,
    )
    nonces.keep(response, is_secure=gateway.settings.is_secure)
    return response


def _chosen(request: Request, view: AnswerView, posted: Posted | None) -> str:
    """The option that is marked: the posted one, or the one whose button in the mail was pressed."""
    if posted is not None:
        return posted.get("value", "")
    number = request.query_params.get("choose", "")
    if not number.isascii() or not number.isdigit() or not 0 < int(number) <= len(view.options):
        return ""
    return view.options[int(number) - 1][0]


def asked_once_more(request: Request, token: str, view: AnswerView, given: Submission) -> Response:
    """The second page: what would be released, and nothing that decides but its own button."""
    nonces = nonces_of(gateway_of(request).keys, token, request.cookies)
    return page(
        "answer_confirm.html",
        view=view,
        released=shown_action(given.edited_json) if given.edited_json else view.action,
        given=given,
        path=request.url.path,
        nonce=nonces.page,
        confirm=nonces.confirmation(given.fingerprint),
    )


def refusal(error: ServiceError) -> Response:
    """A page that says what did not work; the same for every link that does not hold."""
    problem = problem_of(error)
    if error.reason == Reason.ERROR_REASON_BAD_CREDENTIAL:
        title, detail = "This link does not hold", bad_link().message
    else:
        title, detail = "That did not work", problem.detail
    return page("notice.html", problem.status, title=title, tone="bad", text=detail, link=None)


def bad_link() -> PermissionDeniedError:
    """A link that is no link of ours, or no longer."""
    return PermissionDeniedError(
        "It is not known, too old, or was cut off on its way. Open the newest e-mail about this "
        "question, or answer where else it reached you.",
        reason=Reason.ERROR_REASON_BAD_CREDENTIAL,
    )


def foreign_form() -> PermissionDeniedError:
    """A form that is not from our page in this browser."""
    return PermissionDeniedError(
        "Answers are taken only from this site's own page. Open the link from the e-mail again, "
        "allow cookies for this site, and answer there."
    )
