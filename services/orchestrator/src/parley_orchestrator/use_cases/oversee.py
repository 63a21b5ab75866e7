"""What one person sees of all that concerns them, and whose view of it changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from parley_kit.clock import Clock
from parley_kit.errors import FailedPreconditionError, PermissionDeniedError, Reason
from parley_kit.ids import first_id
from parley_orchestrator.domain.conversation import Session
from parley_orchestrator.domain.feedback import ASSURANCES, FeedbackRequest, Status
from parley_orchestrator.domain.people import Sender, User
from parley_orchestrator.domain.routing import ChannelFacts
from parley_orchestrator.ports import ChannelFactsSource, Page, Store, Unit, Viewer
from parley_orchestrator.use_cases.recognise import recognise
from parley_orchestrator.use_cases.register import with_default_order
from parley_orchestrator.use_cases.validate import id_of

MAX_OPEN, MAX_ENDED = 50, 10
_COUNTED, _LOOKED_AT = 100, 60
_LAG = timedelta(seconds=10)
"""So long a transaction may take from its first statement to its commit, and not be missed."""
_KEPT = timedelta(days=1)
_PREFIX = "chg"


@dataclass(frozen=True)
class Overview:
    """One person's requests with their sessions, and channels in order of preference.

    Attributes:
        is_known: Whether anybody has the viewer's addresses.
        open: What waits for them, oldest first.
        open_count: How many wait, counted up to a hundred.
        ended: What ended last, newest first.
        channels: Names, with whether the person has an address there.
    """

    open: tuple[tuple[FeedbackRequest, Session], ...] = ()
    open_count: int = 0
    ended: tuple[tuple[FeedbackRequest, Session], ...] = ()
    channels: tuple[tuple[str, bool], ...] = ()
    is_known: bool = True


class GetOverview:
    """Reads the overview of whoever a channel is sure of."""

    def __init__(self, store: Store, channels: ChannelFactsSource) -> None:
        self._store = store
        self._channels = channels

    async def __call__(self, viewer: Sender) -> Overview:
        """The overview; an empty one for somebody whom nobody knows, who may be known by more.

        Raises:
            PermissionDeniedError: The channel is not sure enough who it is.
        """
        if viewer.assurance < ASSURANCES.index("reply"):
            raise PermissionDeniedError(
                "Only somebody whose identity the channel verified sees their requests.",
                reason=Reason.ERROR_REASON_ASSURANCE_TOO_LOW,
                metadata={"assurance": ASSURANCES[viewer.assurance], "min_assurance": "reply"},
            )
        return await self._store.transact(lambda unit: self._read(unit, viewer))

    def _read(self, unit: Unit, viewer: Sender) -> Overview:
        users = list(recognise(unit, viewer).values())
        if not users:
            return Overview(is_known=False)
        waiting = _waiting(unit, users)
        ended = _ended(unit, users)
        shown = [*waiting[:MAX_OPEN], *ended]
        sessions = unit.conversations.sessions({request.session_id for request in shown})
        return Overview(
            tuple((request, sessions[request.session_id]) for request in waiting[:MAX_OPEN]),
            len(waiting),
            tuple((request, sessions[request.session_id]) for request in ended),
            tuple(self._choices(users[0])),
        )

    def _choices(self, user: User) -> Iterable[tuple[str, bool]]:
        facts = self._channels.facts()
        preferred = with_default_order(user.preferences, facts).channels
        for name in dict.fromkeys((*preferred, *facts)):
            if name in facts:
                yield name, _has_address(user, facts[name])


def _has_address(user: User, facts: ChannelFacts) -> bool:
    return not facts.address_keys or any(user.addresses.get(key) for key in facts.address_keys)


def _waiting(unit: Unit, users: Iterable[User]) -> list[FeedbackRequest]:
    found = {
        request.id: request
        for user in users
        for request in unit.feedback.listed(
            Viewer(user_id=user.id), Status.PENDING, "", Page(_COUNTED)
        )
        if _waits_for(unit, request, user)
    }
    return [found[request_id] for request_id in sorted(found)]


def _waits_for(unit: Unit, request: FeedbackRequest, user: User) -> bool:
    if user.id not in request.respondents:
        return False
    if request.expires_at is not None and request.expires_at <= unit.now:
        return False
    return request.required_approvals == 1 or user.id not in unit.feedback.approvers(request.id)


def _ended(unit: Unit, users: Iterable[User]) -> list[FeedbackRequest]:
    found = {
        request.id: request
        for user in users
        for request in unit.feedback.listed(Viewer(user_id=user.id), "", "", Page(_LOOKED_AT))
        if request.resolved_at is not None and user.id in request.respondents
    }
    newest = sorted(found.values(), key=lambda r: (r.resolved_at, r.id), reverse=True)
    return newest[:MAX_ENDED]


class ListOverviewChanges:
    """Tells whose overview changed; the cursor lags behind what may still be being written."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def __call__(self, cursor: str, limit: int) -> tuple[list[tuple[str, User]], str]:
        """Changes with their ids, and where to go on.

        Raises:
            FailedPreconditionError: The cursor is older than what is kept.
        """
        id_of("cursor", cursor, 100)

        def query(unit: Unit) -> tuple[list[tuple[str, User]], str]:
            behind = first_id(_PREFIX, unit.now - _LAG)
            if not cursor:
                return [], behind
            if cursor < first_id(_PREFIX, unit.now - _KEPT):
                raise FailedPreconditionError(
                    "The cursor is too old: draw everything anew, and begin with an empty one.",
                    reason=Reason.ERROR_REASON_WRONG_STATE,
                    metadata={"state": "cursor_too_old"},
                )
            changes = unit.people.overview_changes(cursor, limit)
            last = changes[-1][0] if len(changes) == limit else ""
            return changes, last or max(cursor, behind)

        return await self._store.transact(query)  # by the database's clock, as the changes are


class ForgetOverviewChanges:
    """A chore that drops what is older than anybody asks for, once an hour."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._next = clock()

    async def __call__(self) -> int:
        """Answers 0: there is never more at once."""
        if self._clock() >= self._next:
            self._next = self._clock() + timedelta(hours=1)
            await self._store.transact(
                lambda unit: unit.people.forget_overview_changes(
                    first_id(_PREFIX, unit.now - _KEPT)
                )
            )
        return 0
