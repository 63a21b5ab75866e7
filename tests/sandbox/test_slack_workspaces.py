"""One app in several workspaces, and in a whole organisation."""

import pytest
from slack_sdk.errors import SlackApiError

SCOPES = "chat:write,im:write,users:read,users:read.email"


@pytest.fixture
def added(control, sandbox):
    async def add(name="Second", **more):
        body = {"name": name, "people": ["ann@example.com"], **more}
        status, answer = await control("/slack/workspaces", body)
        assert status == 201, answer
        return answer, sandbox.workspaces.find(name)

    return add


@pytest.fixture
def client_in(slack):
    return lambda workspace: slack(token=workspace.grants.install(tuple(SCOPES.split(",")))[0])


async def test_each_workspace_has_its_own_users_and_channels(added, client_in, bot, ann):
    answer, second = await added()
    client = client_in(second)
    found = await client.users_lookupByEmail(email="ann@example.com")
    assert found["user"]["id"] == answer["users"]["ann@example.com"] != ann.id
    assert found["user"]["team_id"] == answer["team_id"]
    opened = await client.conversations_open(users=found["user"]["id"])
    assert opened["channel"]["id"] != ann.dm
    with pytest.raises(SlackApiError, match="users_not_found"):
        await client.users_lookupByEmail(email="bob@example.com")
    with pytest.raises(SlackApiError, match="channel_not_found"):
        await bot.chat_postMessage(channel=opened["channel"]["id"], text="elsewhere")
    with pytest.raises(SlackApiError, match="user_not_found"):
        await client.conversations_open(users=ann.id)


async def test_ids_can_be_the_same_in_two_workspaces(added, ann):
    answer, _ = await added(shares_ids=True)
    assert answer["users"]["ann@example.com"] == ann.id


async def test_an_organisation_names_itself_and_its_workspaces(added, client_in, control, receiver):
    answer, org = await added("Starship", organisation=2)
    client = client_in(org)
    tested = await client.auth_test()
    assert (tested["is_enterprise_install"], tested["team_id"]) == (True, answer["enterprise_id"])
    listed = await client.auth_teams_list()
    assert [team["id"] for team in listed["teams"]] == answer["teams"]
    found = await client.users_lookupByEmail(email="ann@example.com")
    assert found["user"]["enterprise_user"]["teams"] == answer["teams"]
    await client.conversations_open(users=found["user"]["id"])
    org.grants.scopes |= {"im:history"}
    await control("/slack/say", {"user": "ann@example.com", "text": "hi", "team": "Starship"})
    seen = receiver.events()[-1]["authorizations"][0]
    assert (seen["enterprise_id"], seen["team_id"]) == (answer["enterprise_id"], None)
    assert seen["is_enterprise_install"] is True


@pytest.mark.parametrize(
    "body", [{}, {"name": "x", "people": "y"}, {"name": "x", "organisation": -1}]
)
async def test_a_workspace_that_makes_no_sense_is_refused(control, body):
    assert (await control("/slack/workspaces", body))[0] == 400


async def test_an_unknown_workspace_is_404(control):
    body = {"user": "ann@example.com", "text": "hi", "team": "Nowhere"}
    assert (await control("/slack/say", body))[0] == 404
