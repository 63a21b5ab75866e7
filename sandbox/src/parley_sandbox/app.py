"""Puts the sandbox together."""

from starlette.applications import Starlette

from parley_sandbox.clock import Clock
from parley_sandbox.control import Control
from parley_sandbox.faults import Faults
from parley_sandbox.forms import ControlError, control_error
from parley_sandbox.gate import Gate
from parley_sandbox.google.api import GoogleApi
from parley_sandbox.google.routes import GoogleRoutes
from parley_sandbox.google.state import Google
from parley_sandbox.journal import Journal
from parley_sandbox.outbox import Outbox
from parley_sandbox.page_state import Page
from parley_sandbox.people import People
from parley_sandbox.settings import Settings
from parley_sandbox.slack.api import SlackApi
from parley_sandbox.slack.control import SlackControl
from parley_sandbox.slack.routes import SlackRoutes
from parley_sandbox.slack.workspaces import Workspaces


class Sandbox:
    """Both providers with everything they share; `asgi` serves them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock = Clock()
        self.people = People()
        self.journal = Journal(settings.sandbox_journal_limit)
        self.faults = Faults()
        self.outbox = Outbox()
        self.workspaces = Workspaces(settings, self.clock, self.people, self.outbox)
        self.slack = self.workspaces.first
        self.google = Google(settings, self.clock, self.people, self.outbox)
        self.asgi = Gate(
            [SlackApi(self.workspaces), GoogleApi(self.google)],
            self._rest(),
            clock=self.clock,
            journal=self.journal,
            faults=self.faults,
        )

    def _rest(self) -> Starlette:
        routes = [
            *Control(self).routes(),
            *SlackRoutes(self.workspaces).routes(),
            *SlackControl(self.workspaces).routes(),
            *GoogleRoutes(self.google).routes(),
            *Page(self).routes(),
        ]
        return Starlette(routes=routes, exception_handlers={ControlError: control_error})

    async def reset(self, *, authorizations: bool, people: bool) -> None:
        """Empty what was said and done; what is kept is the caller's choice."""
        await self.outbox.cancel_all()
        self.journal.reset()
        self.faults.clear()
        self.workspaces.reset(authorizations=authorizations)
        self.google.reset(authorizations=authorizations)
        if people:
            self.people.reset()

    async def close(self) -> None:
        """Stop delivering."""
        await self.outbox.close()
