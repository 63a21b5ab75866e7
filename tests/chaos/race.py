"""Eight answers to each of many questions, over all channels, at the same time."""

import asyncio
import itertools
import json
import random
import re
import time
from dataclasses import dataclass, field

import aiohttp
from tests.chaos.slack_posts import pressed, signed

REQUEST_ID = re.compile(r"fbr_[0-9a-v]{26}")
LINK = re.compile(r"/f/[a-z2-7]+")
PROMPT = re.compile(r"race\d+-\d{5}")
_races = itertools.count(1)
VALUES = {"Approve": "approved", "Reject": "rejected"}
BUSY = (503, 504)  # more than a slow machine answers in time
READ_SECONDS = 0.1
SPREAD_SECONDS = 1.5  # mail is the slowest; so it wins some, too


@dataclass
class Contestant:
    """A person who answers: id, session, token, e-mail, Slack user, and their open web chat."""

    id: str
    session_id: str
    token: str
    email: str
    slack_user_id: str
    socket: aiohttp.ClientWebSocketResponse | None = None
    replies: dict = field(default_factory=dict)


@dataclass
class Question:
    """What became of one question.

    Attributes:
        told: How many of the answerers were told that theirs is the decision.
        seen: The decision as it was first read.
    """

    id: str
    told: int
    seen: dict


class Race:
    """The race, on an event loop of its own."""

    def __init__(self, world, contestants, seed):
        self._url = world.suite.url
        self._sandbox = world.suite.sandbox_url
        self._agent = world.agent
        self._contestants = contestants
        self._number = next(_races)
        self._chance = random.Random(seed)
        self._cards, self._mails, self._news = {}, {}, asyncio.Condition()
        self._read_to = {"chat.postMessage": 0, "drafts.send": 0}
        self.questions = []
        self.answers = 0

    async def run(self, count, at_once, most_seconds):
        """Asks `count` questions, `at_once` of them being answered at any time."""
        numbers = _until(time.monotonic() + most_seconds, range(count))
        connector = aiohttp.TCPConnector(limit=0, force_close=True)  # none that is just closed
        async with aiohttp.ClientSession(connector=connector) as self._http:
            for one in self._contestants:
                await self._join(one)
            async with asyncio.TaskGroup() as group:
                reading = group.create_task(self._read_journal())
                listening = [group.create_task(self._listen(one)) for one in self._contestants]
                async with asyncio.TaskGroup() as workers:
                    for _ in range(at_once):
                        workers.create_task(self._work(numbers))
                for task in (reading, *listening):
                    task.cancel()
            for one in self._contestants:
                await one.socket.close()

    async def _work(self, numbers):
        for number in numbers:
            person = self._contestants[number % len(self._contestants)]
            self.questions.append(await self._question(number, person))

    async def _question(self, number, person):
        mark = f"race{self._number}-{number:05}"
        _status, asked = await self._insist(
            f"{self._url}/api/sessions/{person.session_id}/feedback-requests",
            (202,),
            json={"prompt": f"Deploy {mark}?", "kind": "approval", "delivery": "all"},
            headers={**self._agent, "idempotency-key": mark},
        )
        request_id = json.loads(asked)["id"]
        async with self._news:
            await self._news.wait_for(lambda: request_id in self._cards and mark in self._mails)
        card, mail = self._cards.pop(request_id), self._mails.pop(mark)
        words = [self._chance.choice(list(VALUES)) for _ in range(8)]
        told = await asyncio.gather(
            self._reply(person, mail, words[0]),
            self._reply(person, mail, words[1]),
            *(
                self._later(answer)
                for answer in (
                    self._click(person, card, words[2]),
                    self._click(person, card, words[3]),
                    self._respond(person, request_id, words[4]),
                    self._respond(person, request_id, words[5]),
                    self._frame(person, request_id, words[6]),
                    self._submit(mail, words[7]),
                )
            ),
        )
        self.answers += len(told)
        seen = await self._decided(request_id)
        return Question(request_id, sum(told), seen["response"])

    async def _later(self, answer):
        await asyncio.sleep(self._chance.uniform(0, SPREAD_SECONDS))
        return await answer

    # The ways to answer: each says whether it was told that it decided.

    async def _respond(self, person, request_id, word):
        url = f"{self._url}/api/feedback-requests/{request_id}/responses"
        headers = {"authorization": f"Bearer {person.token}"}
        status, _ = await self._insist(
            url, (200, 409), json={"value": VALUES[word]}, headers=headers
        )
        return status == 200

    async def _frame(self, person, request_id, word):
        number = self._chance.getrandbits(40)
        reply = person.replies[number] = asyncio.get_running_loop().create_future()
        frame = {"type": "feedback.respond", "id": number, "request_id": request_id}
        await person.socket.send_json({**frame, "value": VALUES[word]})
        answer = await asyncio.wait_for(reply, 60)
        del person.replies[number]
        return answer["type"] == "ok"

    async def _click(self, person, card, word):
        endpoint, body = pressed(person.slack_user_id, word, card)
        url = f"{self._url}/api/channels/slack/{endpoint}"
        await self._insist(url, (200,), data=body, headers=signed(endpoint, body))
        return False

    async def _reply(self, person, mail, word):
        body = {"to_message": mail["id"], "text": f"{word}.", "from": person.email}
        await self._insist(f"{self._sandbox}/gmail/reply", (200,), json=body)
        return False

    async def _submit(self, mail, word):
        url = self._url + mail["link"]
        async with (
            aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser,
            browser.get(url) as page,
        ):
            fields = dict(re.findall(r'name="(\w+)"\s+value="([^"]*)"', await page.text()))
            if "nonce" not in fields:
                return False  # it shows how the question ended
            headers = {"origin": self._url, "sec-fetch-site": "same-origin"}
            form = {**fields, "value": VALUES[word]}
            async with browser.post(
                url, data=form, headers=headers, allow_redirects=False
            ) as answer:
                assert answer.status in (303, 409, *BUSY), await answer.text()
                return answer.status == 303

    # What the contestants see.

    async def _join(self, person):
        url = self._url.replace("http", "ws") + "/ws"
        protocols = ("parley.v1", f"bearer.{person.token}")
        person.socket = await self._http.ws_connect(url, protocols=protocols)
        await person.socket.send_json({"type": "hello", "id": 1, "resume": {}})

    async def _listen(self, person):
        async for message in person.socket:
            frame = json.loads(message.data)
            waiting = person.replies.get(frame.get("id"))
            if waiting is not None and not waiting.done():
                waiting.set_result(frame)
            if frame["type"] == "event" and frame["kind"] == "feedback.requested":
                place = {"session_id": frame["session_id"], "seq": frame["seq"]}
                await person.socket.send_json({"type": "ack", **place})
        raise AssertionError(f"{person.email} was disconnected: {person.socket.close_code}")

    async def _read_journal(self):
        while True:
            for entry in await self._new("chat.postMessage"):
                self._take_card(entry)
            for entry in await self._new("drafts.send"):
                self._take_mail(entry)
            async with self._news:
                self._news.notify_all()
            await asyncio.sleep(READ_SECONDS)

    async def _new(self, call):
        url = f"{self._sandbox}/journal?call={call}&after={self._read_to[call]}"
        async with self._http.get(url) as answer:
            found = await answer.json()
        if found:
            self._read_to[call] = found[-1]["n"]
        return found

    def _take_card(self, entry):
        body = entry["body"]
        shown = json.dumps(body.get("blocks"))
        if '"Approve"' in shown and (found := REQUEST_ID.search(shown)):
            self._cards[found[0]] = {**body, "ts": entry["result"]["ts"]}

    def _take_mail(self, entry):
        text = json.dumps(entry["mail"])
        link, mark = LINK.search(text), PROMPT.search(text)
        if link and mark:
            self._mails.setdefault(mark[0], {"id": entry["result"]["id"], "link": link[0]})

    async def _insist(self, url, wanted, **what):
        """Posts again where a service says that it cannot now; answers status and document."""
        for _ in range(100):
            async with self._http.post(url, **what) as answer:
                if answer.status in wanted:
                    return answer.status, await answer.text()
                assert answer.status in BUSY, f"{url}: {await answer.text()}"
            await asyncio.sleep(0.2)
        raise AssertionError(f"{url} is not answered")

    async def _decided(self, request_id):
        url = f"{self._url}/api/feedback-requests/{request_id}?wait_seconds=30"
        for _ in range(20):
            async with self._http.get(url, headers=self._agent) as answer:
                found = await answer.json()
                if answer.status == 200 and found["status"] != "pending":
                    return found
                assert answer.status in (200, *BUSY), found
        raise AssertionError(f"{request_id} was never decided")


def _until(deadline, numbers):
    return itertools.takewhile(lambda _number: time.monotonic() < deadline, numbers)
