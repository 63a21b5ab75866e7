"""Which App Homes are out, what they show, and which are to be drawn anew."""

from __future__ import annotations

import asyncio
from base64 import b64decode, b64encode
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, Select, and_, delete, exists, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from parley.channel.v1 import card_pb2
from parley.common.v1 import feedback_pb2
from parley.orchestrator.v1 import inbox_pb2
from parley_kit.store import Database, Transaction
from parley_slack.homes.tables import home_cursor as c
from parley_slack.homes.tables import homes as h

CLAIM = timedelta(seconds=15)


@dataclass(frozen=True)
class Home:
    """One person's App Home in one installation.

    Attributes:
        digest: Of the view that Slack has; empty when it has none of ours.
        claimed_until: When it comes up again unless it was drawn by then.
    """

    connection_id: str
    slack_user_id: str
    team_id: str
    enterprise_id: str
    digest: str
    tries: int
    claimed_until: datetime

    @property
    def viewer(self) -> inbox_pb2.Sender:
        """Whose home it is, as Slack vouched for when they opened it."""
        addresses = {"slack_user_id": self.slack_user_id, "slack_team_id": self.team_id}
        if self.enterprise_id:
            addresses["slack_enterprise_id"] = self.enterprise_id
        return inbox_pb2.Sender(
            addresses=addresses,
            connection_id=self.connection_id,
            assurance=feedback_pb2.ASSURANCE_SLACK,
        )


class Homes:
    """The homes of all installations."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.changed = asyncio.Event()

    async def opened(self, sender: inbox_pb2.Sender, *, is_blank: bool) -> None:
        """A person opened their home: it is drawn now, whatever it showed if Slack has none."""
        addresses = sender.addresses
        key = {
            "connection_id": sender.connection_id,
            "slack_user_id": addresses["slack_user_id"],
        }

        def command(tx: Transaction) -> None:
            values: dict[str, Any] = {
                "team_id": addresses.get("slack_team_id", ""),
                "enterprise_id": addresses.get("slack_enterprise_id", ""),
                "tries": 0,
                "due_at": tx.now,
                "opened_at": tx.now,
            }
            dialect = sqlite if tx.connection.dialect.name == "sqlite" else postgresql
            statement = dialect.insert(h).values({**key, **values, "digest": "", "cards": {}})
            again = values | ({"digest": ""} if is_blank else {})  # the event may be a late one
            tx.connection.execute(
                statement.on_conflict_do_update(index_elements=list(key), set_=again)
            )

        await self._database.write(command)
        self.changed.set()

    async def make_due(self, slack_user_ids: Collection[str] | None) -> None:
        """Lets the homes of these users be drawn anew, or all of them."""

        def command(tx: Transaction) -> int:
            is_later = or_(h.c.due_at.is_(None), h.c.due_at > tx.now)
            statement = update(h).where(is_later).values(due_at=tx.now)
            if slack_user_ids is not None:
                statement = statement.where(h.c.slack_user_id.in_(slack_user_ids))
            return tx.connection.execute(statement).rowcount

        if await self._database.write(command):
            self.changed.set()

    async def take(self, limit: int = 20) -> list[Home]:
        """Takes the homes that are due for 15 s; what is not drawn by then comes up again."""

        def command(tx: Transaction) -> list[Home]:
            until = tx.now + CLAIM
            rows = list(tx.connection.execute(_due(tx.now, limit)).mappings())
            for row in rows:
                values = {"due_at": until, "tries": h.c.tries + 1}
                tx.connection.execute(update(h).where(_is(row)).values(values))
            return [_home(row, until) for row in rows]

        return await self._database.write(command)

    async def will_show(self, home: Home, cards: Collection[card_pb2.Card]) -> None:
        """Keeps, before Slack shows it, what a click may be about from now on."""

        def command(tx: Transaction) -> None:
            held = select(h.c.cards).where(_is(home)).with_for_update()
            before = tx.connection.execute(held).scalar() or {}
            both = {**before, **_kept(cards)}
            tx.connection.execute(update(h).where(_is(home)).values(cards=both))

        await self._database.write(command)

    async def drawn(self, home: Home, digest: str, cards: Collection[card_pb2.Card]) -> None:
        """Keeps what a home shows; one that became due meanwhile stays due."""

        def command(tx: Transaction) -> None:
            shown = {"digest": digest, "cards": _kept(cards)}
            tx.connection.execute(update(h).where(_is(home)).values(shown))
            rests = {"due_at": None, "tries": 0}
            is_same = and_(_is(home), h.c.due_at == home.claimed_until)
            tx.connection.execute(update(h).where(is_same).values(rests))

        await self._database.write(command)

    async def later(self, home: Home, delay: timedelta) -> None:
        """Lets it come up again after the delay."""
        await self._database.write(
            lambda tx: tx.connection.execute(
                update(h).where(_is(home)).values(due_at=tx.now + delay)
            )
        )

    async def forget(self, home: Home) -> None:
        """Drops a home that cannot be drawn; it is back when the person opens it again."""
        await self._database.write(lambda tx: tx.connection.execute(delete(h).where(_is(home))))

    async def card(
        self, connection_id: str, slack_user_id: str, request_id: str
    ) -> card_pb2.Card | None:
        """A request that this person's home shows."""
        mine = h.c.connection_id == connection_id, h.c.slack_user_id == slack_user_id
        query = select(h.c.cards).where(*mine)
        kept: Mapping[str, str] | None = await self._database.write(
            lambda tx: tx.connection.execute(query).scalar()
        )
        found = (kept or {}).get(request_id)
        return card_pb2.Card.FromString(b64decode(found)) if found else None

    async def are_there(self) -> bool:
        """Whether anybody has ever opened their home."""
        query = select(exists().where(h.c.slack_user_id.is_not(None)))
        return bool(await self._database.write(lambda tx: tx.connection.execute(query).scalar()))

    async def cursor(self) -> str:
        """How far changes were followed; empty for not at all."""
        query = select(c.c.cursor).where(c.c.id == 1)
        found = await self._database.write(lambda tx: tx.connection.execute(query).scalar())
        return found or ""

    async def keep_cursor(self, cursor: str) -> None:
        """Keeps how far changes were followed; it only moves forward."""

        def command(tx: Transaction) -> None:
            dialect = sqlite if tx.connection.dialect.name == "sqlite" else postgresql
            statement = dialect.insert(c).values(id=1, cursor=cursor)
            tx.connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["id"],
                    set_={"cursor": cursor},
                    where=c.c.cursor < cursor,
                )
            )

        await self._database.write(command)


def _kept(cards: Collection[card_pb2.Card]) -> dict[str, str]:
    return {card.request_id: b64encode(card.SerializeToString()).decode() for card in cards}


def _due(now: datetime, limit: int) -> Select[Any]:
    return (
        select(h)
        .where(h.c.due_at <= now)
        .order_by(h.c.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def _is(home: Home | RowMapping) -> Any:
    if isinstance(home, Home):
        key = home.connection_id, home.slack_user_id
    else:
        key = home["connection_id"], home["slack_user_id"]
    return and_(h.c.connection_id == key[0], h.c.slack_user_id == key[1])


def _home(row: RowMapping, claimed_until: datetime) -> Home:
    return Home(
        row["connection_id"],
        row["slack_user_id"],
        row["team_id"],
        row["enterprise_id"],
        row["digest"],
        row["tries"],
        claimed_until,
    )
