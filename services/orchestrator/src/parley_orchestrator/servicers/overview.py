"""People's overviews over gRPC."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parley.orchestrator.v1 import people_overview_pb2, people_overview_pb2_grpc
from parley_kit.errors import invalid_field
from parley_orchestrator.adapters.channel_directory import ChannelDirectory
from parley_orchestrator.domain.conversation import Session
from parley_orchestrator.domain.feedback import FeedbackRequest
from parley_orchestrator.translate.channel import card_of
from parley_orchestrator.translate.inbox import from_sender
from parley_orchestrator.translate.stamps import stamp
from parley_orchestrator.use_cases.oversee import GetOverview, ListOverviewChanges

MAX_PAGE = 500


class PeopleOverviewServicer(people_overview_pb2_grpc.PeopleOverviewServiceServicer):
    """Serves PeopleOverviewService."""

    def __init__(
        self, get: GetOverview, changes: ListOverviewChanges, directory: ChannelDirectory
    ) -> None:
        self._get = get
        self._changes = changes
        self._directory = directory

    async def GetOverview(
        self, request: people_overview_pb2.GetOverviewRequest, context: Any
    ) -> people_overview_pb2.GetOverviewResponse:
        """One person's overview."""
        overview = await self._get(from_sender(request.viewer))
        names = {state.name: state.display_name for state in self._directory.states()}
        return people_overview_pb2.GetOverviewResponse(
            open=[_open(*one) for one in overview.open],
            open_count=overview.open_count,
            ended=[_ended(*one) for one in overview.ended],
            channels=[_channel(name, names, has=has) for name, has in overview.channels],
            is_known=overview.is_known,
        )

    async def ListOverviewChanges(
        self, request: people_overview_pb2.ListOverviewChangesRequest, context: Any
    ) -> people_overview_pb2.ListOverviewChangesResponse:
        """Whose overview changed."""
        size = request.page_size or MAX_PAGE
        if not 1 <= size <= MAX_PAGE:
            raise invalid_field("page_size", f"must be 1 to {MAX_PAGE}")
        changes, cursor = await self._changes(request.cursor, size)
        return people_overview_pb2.ListOverviewChangesResponse(
            people=[
                people_overview_pb2.ChangedPerson(addresses=user.addresses, change_id=change_id)
                for change_id, user in changes
            ],
            cursor=cursor,
        )


def _open(request: FeedbackRequest, session: Session) -> people_overview_pb2.OpenRequest:
    return people_overview_pb2.OpenRequest(
        card=card_of(request, session.agent_name),
        session_id=session.id,
        session_title=session.title,
        asked_at=stamp(request.created_at),
    )


def _ended(request: FeedbackRequest, session: Session) -> people_overview_pb2.EndedRequest:
    return people_overview_pb2.EndedRequest(
        card=card_of(request, session.agent_name), session_title=session.title
    )


def _channel(
    name: str, names: Mapping[str, str], *, has: bool
) -> people_overview_pb2.ReachableChannel:
    return people_overview_pb2.ReachableChannel(
        channel=name, display_name=names.get(name) or name, has_address=has
    )
