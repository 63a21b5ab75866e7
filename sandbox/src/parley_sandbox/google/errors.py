"""How Google says no."""

from typing import Any

from parley_sandbox.wire import Reply, json_reply

_STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    405: "UNIMPLEMENTED",
    409: "ABORTED",
    413: "INVALID_ARGUMENT",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}


class GoogleError(Exception):
    """A refusal of the Gmail API; `reason` is what clients branch on."""

    def __init__(
        self,
        code: int,
        message: str,
        reason: str,
        *,
        domain: str = "global",
        details: list[dict[str, Any]] | None = None,
        **location: str,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.reason = reason
        self.domain = domain
        self.details = details
        self.location = location

    def to_reply(self) -> Reply:
        """Return Google's JSON error body."""
        item = {"message": self.message, "domain": self.domain, "reason": self.reason}
        error: dict[str, Any] = {
            "code": self.code,
            "message": self.message,
            "errors": [item | self.location],
            "status": _STATUS.get(self.code, "UNKNOWN"),
        }
        if self.details:
            error["details"] = self.details
        challenge = {"www-authenticate": 'Bearer realm="https://accounts.google.com/"'}
        headers = challenge if self.code == 401 else None  # noqa: PLR2004
        return json_reply({"error": error}, self.code, headers)


def invalid(message: str) -> GoogleError:
    """Return a plain 400."""
    return GoogleError(400, message, "invalidArgument")


def not_found() -> GoogleError:
    """Return Google's 404, which never says what was looked for."""
    return GoogleError(404, "Requested entity was not found.", "notFound")


def bad_fields(violations: list[tuple[str, str]]) -> GoogleError:
    """Return a 400 about `(field, description)` pairs, as the JSON transcoder words it."""
    details = {
        "@type": "type.googleapis.com/google.rpc.BadRequest",
        "fieldViolations": [{"field": f, "description": d} for f, d in violations],
    }
    return GoogleError(400, "\n".join(d for _, d in violations), "badRequest", details=[details])


def unauthenticated() -> GoogleError:
    """Return the 401 for a missing, unknown, expired or revoked access token."""
    return GoogleError(
        401,
        "Request had invalid authentication credentials. Expected OAuth 2 access token, "
        "login cookie or other valid authentication credential.",
        "authError",
        location="Authorization",
        locationType="header",
    )


REFUSALS = {
    error.reason: error
    for error in (
        GoogleError(
            403,
            "Daily Limit Exceeded. The quota will be reset at midnight Pacific Time (PT).",
            "dailyLimitExceeded",
            domain="usageLimits",
        ),
        GoogleError(403, "The domain administrators have disabled Gmail apps.", "domainPolicy"),
        GoogleError(
            403, "Request had insufficient authentication scopes.", "insufficientPermissions"
        ),
        GoogleError(
            403,
            "Gmail API has not been used in project 1 before or it is disabled.",
            "accessNotConfigured",
            domain="usageLimits",
        ),
    )
}
"""Refusals that a fault can name by their reason."""
