"""Draws App Homes when people open them, and anew whenever something that they show has changed."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import timedelta

import orjson

from parley.orchestrator.v1 import people_overview_pb2, people_overview_pb2_grpc
from parley_kit.adapter.provider import DeliveryFailedError
from parley_kit.clock import monotonic_seconds
from parley_kit.errors import FailedPreconditionError, ServiceError
from parley_kit.logs import get_logger
from parley_slack.homes.store import Home, Homes
from parley_slack.rendering.home import home_view, shown_cards
from parley_slack.workspaces.failures import NOT_SENT, failed_otherwise
from parley_slack.workspaces.identities import Identities
from parley_slack.workspaces.workspaces import Workspaces

log = get_logger(__name__)
WATCH_SECONDS = 1.0
_IDLE_SECONDS = 5.0
_KEEP_SECONDS = 600.0  # where nothing changes; the orchestrator forgets after a day
_AGAIN = timedelta(seconds=2)
_LONGEST = timedelta(minutes=5)
_REMEMBERED = 2_000
Overviews = people_overview_pb2_grpc.PeopleOverviewServiceStub


class HomeKeeper:
    """Two tasks: one follows changes, one draws what is due.

    Nothing is lost when the service was away: the cursor is stored, and where it has become too old
    every home is looked at. Slack is only called where a home would show something else.
    """

    def __init__(
        self,
        homes: Homes,
        overviews: Overviews,
        workspaces: Workspaces,
        identities: Identities,
        page_url: str,
    ) -> None:
        self._homes = homes
        self._overviews = overviews
        self._workspaces = workspaces
        self._identities = identities
        self._page_url = page_url
        self._seen: dict[str, None] = {}
        self._cursor = ""
        self._kept_at = float("-inf")
        self._following = asyncio.Lock()

    async def watch(self) -> None:
        """Follows changes until cancelled, once anybody has opened a home."""
        while True:
            try:
                if await self._homes.are_there():
                    await self._follow()
            except ServiceError as error:
                log.info("the homes' changes wait", reason=error.message)
            await asyncio.sleep(WATCH_SECONDS)

    async def _follow(self) -> None:
        async with self._following:
            cursor = self._cursor or await self._homes.cursor()
            request = people_overview_pb2.ListOverviewChangesRequest(cursor=cursor)
            try:
                answer = await self._overviews.ListOverviewChanges(request)
            except FailedPreconditionError:  # away for too long: nobody knows what changed
                request = people_overview_pb2.ListOverviewChangesRequest()
                answer = await self._overviews.ListOverviewChanges(request)
                await self._homes.make_due(None)
            await self._note(answer)
            if answer.people or monotonic_seconds() - self._kept_at > _KEEP_SECONDS:
                await self._homes.keep_cursor(answer.cursor)
                self._kept_at = monotonic_seconds()
            self._cursor = answer.cursor

    async def _note(self, answer: people_overview_pb2.ListOverviewChangesResponse) -> None:
        new = [person for person in answer.people if person.change_id not in self._seen]
        users = {person.addresses.get("slack_user_id", "") for person in new} - {""}
        if users:
            await self._homes.make_due(users)
        self._seen |= {person.change_id: None for person in new}
        for old in list(self._seen)[:-_REMEMBERED]:
            del self._seen[old]

    async def draw(self) -> None:
        """Draws what is due until cancelled."""
        while True:
            try:
                due = await self._homes.take()
                await asyncio.gather(*(self._draw_or_wait(home) for home in due))
                if not due:
                    await self._wait()
            except ServiceError as error:
                log.warning("homes wait", reason=error.message)
                await asyncio.sleep(_AGAIN.total_seconds())

    async def _wait(self) -> None:
        try:
            await asyncio.wait_for(self._homes.changed.wait(), _IDLE_SECONDS)
        except TimeoutError:
            return
        self._homes.changed.clear()

    async def _draw_or_wait(self, home: Home) -> None:
        try:
            await self._draw(home)
        except DeliveryFailedError as failure:
            log.info("a home could not be drawn", code=failure.code)
            if failure.failure_class == NOT_SENT:
                await self._homes.later(home, failure.retry_after or _pause(home))
            else:
                await self._homes.forget(home)
        except ServiceError as error:
            log.info("a home waits", reason=error.message)
            await self._homes.later(home, _pause(home))
        except Exception:
            log.exception("a home cannot be drawn")
            await self._homes.later(home, _LONGEST)

    async def _draw(self, home: Home) -> None:
        if not self._cursor:  # before it is read, so that no change falls in between
            await self._follow()
        overview = await self._overview(home)
        view = home_view(overview, self._page_url)
        digest = hashlib.sha256(orjson.dumps(view, option=orjson.OPT_SORT_KEYS)).hexdigest()
        cards = shown_cards(overview)
        if digest != home.digest:
            await self._homes.will_show(home, cards)
            await self._publish(home, view)
        await self._homes.drawn(home, digest, cards)

    async def _overview(self, home: Home) -> people_overview_pb2.GetOverviewResponse:
        """What the person sees; who is not known by their Slack user may be by their e-mail."""
        request = people_overview_pb2.GetOverviewRequest(viewer=home.viewer, channel="slack")
        overview = await self._overviews.GetOverview(request)
        more = {} if overview.is_known else await self._identities.of(home.viewer)
        if not more:
            return overview
        request.viewer.addresses.update(more)
        return await self._overviews.GetOverview(request)

    async def _publish(self, home: Home, view: dict[str, object]) -> None:
        workspace = await self._workspaces.ready(home.connection_id)
        try:
            await workspace.client.views_publish(user_id=home.slack_user_id, view=view)
        except Exception as error:
            failure = failed_otherwise(error, home.connection_id)
            raise await self._workspaces.noted(failure, workspace) from error


def _pause(home: Home) -> timedelta:
    doubled: timedelta = _AGAIN * 2 ** min(home.tries, 10)
    return min(doubled, _LONGEST)
