"""Control routes: journal, faults, people, time and reset."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from parley_sandbox.clock import iso
from parley_sandbox.faults import InvalidFaultError
from parley_sandbox.forms import ControlError, json_body, text
from parley_sandbox.people import InvalidPersonError, Person

if TYPE_CHECKING:
    from parley_sandbox.app import Sandbox


def person_wire(person: Person) -> dict[str, Any]:
    """Return a person as the control routes show them."""
    return {"name": person.name, "email": person.email, "slack_user_id": person.slack_id}


class Control:
    """The routes that are about the sandbox itself."""

    def __init__(self, sandbox: "Sandbox") -> None:
        self._sandbox = sandbox

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/healthz", self.health, methods=["GET"]),
            Route("/journal", self.journal, methods=["GET"]),
            Route("/faults", self.list_faults, methods=["GET"]),
            Route("/faults", self.add_fault, methods=["POST"]),
            Route("/faults", self.clear_faults, methods=["DELETE"]),
            Route("/faults/{fault_id:int}", self.remove_fault, methods=["DELETE"]),
            Route("/people", self.list_people, methods=["GET"]),
            Route("/people", self.add_person, methods=["POST"]),
            Route("/clock", self.advance, methods=["POST"]),
            Route("/reset", self.reset, methods=["POST"]),
        ]

    async def health(self, _request: Request) -> Response:
        """Say that the process serves."""
        return JSONResponse({"status": "ok", "at": iso(self._sandbox.clock.now())})

    async def journal(self, request: Request) -> Response:
        """Return what was accepted, in order: `?after=N&channel=&call=&limit=&refused=1`."""
        query = request.query_params
        entries = self._sandbox.journal.entries(
            after=_whole(query.get("after", "0"), "after"),
            channel={"google": "gmail"}.get(query.get("channel", ""), query.get("channel", "")),
            call=query.get("call", ""),
            refused=query.get("refused", "") in {"1", "true"},
        )
        limit = _whole(query.get("limit", "0"), "limit")
        return JSONResponse([e.to_wire() for e in (entries[-limit:] if limit else entries)])

    async def list_faults(self, _request: Request) -> Response:
        """Return the faults that are on."""
        return JSONResponse([asdict(f) for f in self._sandbox.faults.active(self._now)])

    async def add_fault(self, request: Request) -> Response:
        """Switch a fault on."""
        try:
            fault = self._sandbox.faults.add(await json_body(request), self._now)
        except InvalidFaultError as error:
            raise ControlError(400, str(error)) from None
        return JSONResponse(asdict(fault), status_code=201)

    async def clear_faults(self, _request: Request) -> Response:
        """Switch every fault off."""
        self._sandbox.faults.clear()
        return JSONResponse([])

    async def remove_fault(self, request: Request) -> Response:
        """Switch one fault off."""
        if not self._sandbox.faults.remove(request.path_params["fault_id"]):
            raise ControlError(404, "no such fault is on")
        return JSONResponse([asdict(f) for f in self._sandbox.faults.active(self._now)])

    async def list_people(self, _request: Request) -> Response:
        """Return everyone."""
        return JSONResponse([person_wire(p) for p in self._sandbox.people.all()])

    async def add_person(self, request: Request) -> Response:
        """Add a mailbox and, unless `slack` is false, a Slack user."""
        body = await json_body(request)
        name, email = text(body, "name"), text(body, "email")
        try:
            person = self._sandbox.people.add(name, email, on_slack=body.get("slack") is not False)
        except InvalidPersonError as error:
            raise ControlError(400, str(error)) from None
        return JSONResponse(person_wire(person), status_code=201)

    async def advance(self, request: Request) -> Response:
        """Move the outside world's clock: `{advance_seconds}`."""
        seconds = (await json_body(request)).get("advance_seconds")
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds < 0:
            raise ControlError(400, "need advance_seconds: a number that is not negative")
        self._sandbox.clock.advance(seconds)
        return JSONResponse({"at": iso(self._now)})

    async def reset(self, request: Request) -> Response:
        """Empty conversations, mailboxes, journal and faults.

        Authorizations and people stay, so that a connected suite stays connected, unless
        `{"authorizations": true}` or `{"people": true}` says otherwise.
        """
        body = await json_body(request)
        await self._sandbox.reset(
            authorizations=body.get("authorizations") is True, people=body.get("people") is True
        )
        return JSONResponse({"status": "reset"})

    @property
    def _now(self) -> float:
        return self._sandbox.clock.now()


def _whole(raw: str, name: str) -> int:
    if not raw.isdecimal():
        raise ControlError(400, f"{name} must be a whole number")
    return int(raw)
