"""Bugs of delivery."""

import time

from tests.chaos.planted.replacing import replace


def acknowledge_before_commit():
    """Whoever waits for a commit is told that it happened, a moment before it does."""
    from parley_kit.store import writer  # noqa: PLC0415

    def transact(self, group):
        with self._engine.connect() as connection:
            transaction, outcomes = connection.begin(), []
            try:
                self._run_group(connection, group, outcomes)
            except BaseException:
                transaction.rollback()
                self._call_later(group, outcomes)
                raise
            if any(outcome.hints for outcome in outcomes):  # something is to be told of
                self._answer(outcomes)
                time.sleep(0.15)
            writer._commit(transaction, outcomes)
        return outcomes

    replace(writer.GroupWriter, "_transact", lambda _old: transact)


def sdk_retries():
    """Slack's SDK repeats a call after a dropped line, as it does by default."""
    from parley_slack.workspaces import clients  # noqa: PLC0415

    def default(old):
        def client(self, token):
            made = old(self, token)
            plain = clients.AsyncWebClient(
                token=made.token, base_url=made.base_url, session=self._session
            )
            plain.proxy = None
            return plain

        return client

    replace(clients.SlackClients, "client", default)


def httplib2_execute():
    """Google's client sends by itself: httplib2 repeats a POST that nobody answered."""
    from googleapiclient.errors import HttpError  # noqa: PLC0415

    from parley_gmail.google import api  # noqa: PLC0415

    async def execute(self, request, token):
        import asyncio  # noqa: PLC0415

        request.headers["Authorization"] = f"Bearer {token.reveal()}"
        request.http = api.httplib2.Http(timeout=15)
        try:
            return await asyncio.to_thread(request.execute)
        except HttpError as error:
            body = api.error_body(error.resp.status, error.error_details)
            raise api.GoogleRefusedError(error.resp.status, body.reason, body.message) from error
        except OSError as error:
            raise api.GoogleUnreachableError(type(error).__name__, was_asked=True) from error

    replace(api.GmailApi, "_execute", lambda _old: execute)


def no_fence():
    """Whoever once held a lane may write to it for ever."""
    from parley_orchestrator.adapters.sql_store import lanes  # noqa: PLC0415

    replace(lanes, "held", lambda _old: lambda _connection, taken: {one.lane for one in taken})


def lease_for_ever():
    """A lease does not run out."""
    from parley_orchestrator.adapters.sql_store import deliveries  # noqa: PLC0415

    def lease(old):
        return lambda self, channel, take, seconds: old(self, channel, take, seconds + 1e6)

    replace(deliveries.SqlDeliveries, "lease", lease)


def blind_resend():
    """What may have been sent is sent again."""
    from parley_kit.adapter import sending  # noqa: PLC0415
    from parley_orchestrator.domain import verdict  # noqa: PLC0415

    verdict._RULES[verdict.Result.AMBIGUOUS] = verdict._retry

    def not_sent(_old):
        def ids(self):
            return [i for i, one in self.by_id.items() if not isinstance(one, sending.SentRecord)]

        return ids

    replace(sending._Results, "not_sent", not_sent)


def fall_back_twice():
    """A delivery that failed is handed to the next channel two times."""
    from parley_orchestrator.use_cases import (  # noqa: PLC0415
        acknowledge,
        hand_on,
        hear_report,
        record_outcomes,
        wake_parked,
    )

    def twice(old):
        def fall_back(unit, enqueue, failed):
            return old(unit, enqueue, [*failed, *failed])

        return fall_back

    for module in (record_outcomes, acknowledge, hand_on, hear_report, wake_parked):
        if "fall_back" in vars(module):
            replace(module, "fall_back", twice)


def late_second_ask():
    """A channel that recovers sends what another one has taken over."""
    from parley_orchestrator.adapters.sql_store import deliveries  # noqa: PLC0415
    from parley_orchestrator.domain.delivery import State  # noqa: PLC0415
    from parley_orchestrator.ports import Page, Viewer  # noqa: PLC0415

    def parked(old):
        def ids(self, channel, user_ids, limit, after=""):
            found = old(self, channel, user_ids, limit, after)
            dead = self.listed(
                Viewer(), subject_id="", state=str(State.DEAD), session_id="", page=Page(500)
            )
            more = [d.id for d in dead if d.channel == channel and d.id > after]
            return sorted({*found, *more})

        return ids

    replace(deliveries.SqlDeliveries, "parked", parked)
