"""Tokens that do not open."""

import pytest

from parley.channel.v1 import outcome_pb2
from parley_kit.adapter.connections import RECONNECT_NEEDED, Tokens, UnreadableTokensError
from parley_kit.adapter.sending import attempt
from parley_kit.adapter.service import migrations, open_storage
from parley_kit.errors import NotFoundError
from parley_kit.sealing import KeyRing, Secret
from parley_kit.store import Database

OLD, NEW = Secret("o" * 40), Secret("n" * 40)


@pytest.fixture
async def database():
    database = Database("sqlite:///:memory:")
    await migrations("fax").apply(database)
    yield database
    await database.close()


def opened(database, *keys):
    return open_storage("fax", database, KeyRing(keys)).connections


async def connected(connections, account="team/first"):
    return await connections.connect(
        account=account,
        display_name="First",
        user_id="",
        tokens=Tokens(Secret("canary-access"), Secret("canary-refresh")),
        granted_scopes=("send",),
        state={},
    )


async def test_a_lost_key_marks_the_connection_and_names_it(database):
    account = await connected(opened(database, OLD))
    other = await connected(opened(database, NEW), "team/second")
    connections = opened(database, NEW)
    with pytest.raises(UnreadableTokensError) as raised:
        await connections.tokens(account.connection_id)
    assert raised.value.metadata == {"channel": "fax", "connection_id": account.connection_id}
    marked = await connections.get(account.connection_id)
    assert (marked.status, marked.detail) == (RECONNECT_NEEDED, raised.value.message)
    assert (marked.last_error, marked.last_error_at is None) == ("unreadable_tokens", False)
    assert await connections.get(other.connection_id) == other


async def test_an_older_key_still_opens(database):
    account = await connected(opened(database, OLD))
    tokens = await opened(database, NEW, OLD).tokens(account.connection_id)
    assert tokens.access.reveal() == "canary-access"


async def test_an_unknown_connection_is_not_marked(database):
    with pytest.raises(NotFoundError):
        await opened(database, OLD).tokens("con_unknown")


async def test_a_send_with_unreadable_tokens_fails_as_reconnect():
    async def send():
        raise UnreadableTokensError("fax", "con_1")

    failure = await attempt(send())
    assert failure.failure_class == outcome_pb2.FAILURE_CLASS_RECONNECT
    assert (failure.code, failure.connection_id) == ("unreadable_tokens", "con_1")
