"""Sessions, events and messages over gRPC."""

from __future__ import annotations

from typing import Any

from parley.orchestrator.v1 import (
    messages_pb2,
    messages_pb2_grpc,
    sessions_pb2,
    sessions_pb2_grpc,
)
from parley_kit.errors import ServiceError, invalid_field, unknown_id
from parley_orchestrator.domain.conversation import Event, Message, Session
from parley_orchestrator.ports import Store, Unit
from parley_orchestrator.sync.news import News
from parley_orchestrator.sync.wait import checked_wait, read_as
from parley_orchestrator.translate.callers import to_caller
from parley_orchestrator.translate.conversations import (
    to_events,
    to_message,
    to_messages,
    to_new_message,
    to_result,
    to_session,
    to_typist,
)
from parley_orchestrator.use_cases.authorise import visible_session
from parley_orchestrator.use_cases.converse import CreateSession
from parley_orchestrator.use_cases.note_typing import NoteTyping
from parley_orchestrator.use_cases.send_messages import MAX_BATCH, NewMessage, SendMessages
from parley_orchestrator.use_cases.switch_channel import SwitchChannel
from parley_orchestrator.use_cases.validate import page_of, page_size_of


class SessionServicer(sessions_pb2_grpc.SessionServiceServicer):
    """Serves SessionService."""

    def __init__(
        self,
        create: CreateSession,
        switch: SwitchChannel,
        note_typing: NoteTyping,
        store: Store,
        news: News,
    ) -> None:
        self._create = create
        self._switch = switch
        self._note_typing = note_typing
        self._store = store
        self._news = news

    async def CreateSession(
        self, request: sessions_pb2.CreateSessionRequest, context: Any
    ) -> sessions_pb2.CreateSessionResponse:
        """Begins a conversation."""
        session = await self._create(
            to_caller(request.caller),
            request.user_ids,
            request.title,
            request.metadata_json,
            request.idempotency_key,
        )
        return sessions_pb2.CreateSessionResponse(session=to_session(session))

    async def GetSession(
        self, request: sessions_pb2.GetSessionRequest, context: Any
    ) -> sessions_pb2.GetSessionResponse:
        """Reads a conversation."""
        caller = to_caller(request.caller)

        def query(unit: Unit) -> Session:
            visible_session(unit, caller, request.session_id)
            session = unit.conversations.detailed(request.session_id)
            if session is None:
                raise unknown_id("session", request.session_id)
            return session

        session = await self._store.read(query)
        return sessions_pb2.GetSessionResponse(session=to_session(session))

    async def ListSessions(
        self, request: sessions_pb2.ListSessionsRequest, context: Any
    ) -> sessions_pb2.ListSessionsResponse:
        """Lists conversations."""
        viewer = to_caller(request.caller).viewer
        page = page_of(request.page_size, request.page_token, 50, 200)
        sessions = await self._store.read(
            lambda unit: unit.conversations.list_sessions(viewer, page)
        )
        return sessions_pb2.ListSessionsResponse(
            sessions=[to_session(session) for session in sessions],
            next_page_token=sessions[-1].id if len(sessions) == page.size else "",
        )

    async def SwitchChannel(
        self, request: sessions_pb2.SwitchChannelRequest, context: Any
    ) -> sessions_pb2.SwitchChannelResponse:
        """Moves a conversation."""
        session = await self._switch(to_caller(request.caller), request.session_id, request.channel)
        return sessions_pb2.SwitchChannelResponse(session=to_session(session))

    async def ListEvents(
        self, request: sessions_pb2.ListEventsRequest, context: Any
    ) -> sessions_pb2.ListEventsResponse:
        """Reads events, and waits for the first if asked to."""
        caller, session_id = to_caller(request.caller), request.session_id
        limit = page_size_of(request.page_size, 200, 1_000)
        wait_seconds = checked_wait(request.wait_seconds)

        def query(unit: Unit) -> tuple[Session, list[Event]]:
            session = visible_session(unit, caller, session_id)
            return session, unit.conversations.events_after(session_id, request.after_seq, limit)

        with self._news.of(session_id, with_typing=request.with_typing) as waiter:
            session, events = await read_as(
                waiter,
                lambda: self._store.read(query),
                lambda found: bool(found[1] or waiter.typists_but(caller.id)),
                wait_seconds,
            )
            typists = waiter.typists_but(caller.id)
        return to_events(events, limit, [to_typist(session, each) for each in sorted(typists)])

    async def NoteTyping(
        self, request: sessions_pb2.NoteTypingRequest, context: Any
    ) -> sessions_pb2.NoteTypingResponse:
        """Tells the others that the caller types."""
        await self._note_typing(to_caller(request.caller), request.session_id)
        return sessions_pb2.NoteTypingResponse()


class MessageServicer(messages_pb2_grpc.MessageServiceServicer):
    """Serves MessageService."""

    def __init__(self, send: SendMessages, store: Store) -> None:
        self._send = send
        self._store = store

    async def SendMessage(
        self, request: messages_pb2.SendMessageRequest, context: Any
    ) -> messages_pb2.SendMessageResponse:
        """Says something."""
        result = (await self._send([to_new_message(request)]))[0]
        if isinstance(result, ServiceError):
            raise result
        return messages_pb2.SendMessageResponse(message=to_message(result))

    async def SendMessages(
        self, request: messages_pb2.SendMessagesRequest, context: Any
    ) -> messages_pb2.SendMessagesResponse:
        """Says several things."""
        if len(request.messages) > MAX_BATCH:
            raise invalid_field("messages", f"give 1 to {MAX_BATCH}, not {len(request.messages)}")
        new = [_new_or_error(item) for item in request.messages]
        good = [item for item in new if isinstance(item, NewMessage)]
        sent = iter(await self._send(good)) if good or not new else iter(())
        results = [next(sent) if isinstance(item, NewMessage) else item for item in new]
        return messages_pb2.SendMessagesResponse(results=[to_result(one) for one in results])

    async def ListMessages(
        self, request: messages_pb2.ListMessagesRequest, context: Any
    ) -> messages_pb2.ListMessagesResponse:
        """Reads messages."""
        caller = to_caller(request.caller)
        limit = page_size_of(request.page_size, 200, 1_000)

        def query(unit: Unit) -> list[Message]:
            visible_session(unit, caller, request.session_id)
            return unit.conversations.messages_after(request.session_id, request.after_seq, limit)

        return to_messages(await self._store.read(query), limit)


def _new_or_error(request: messages_pb2.SendMessageRequest) -> NewMessage | ServiceError:
    try:
        return to_new_message(request)
    except ServiceError as error:
        return error
