"""Agents that talk: each repeats a call under its idempotency key until it is answered."""

import itertools
import threading
import time

import httpx

WAIT_SECONDS = 0.1


class Talker(threading.Thread):
    """Says numbered things in one session, one after the other.

    Args:
        urls: The gateways; the next one is tried after a failure.
        mark: Begins each text; the journal is searched for it.
        pause_seconds: Between two things.
        stopping: Ends it, unless `count` did.
    """

    def __init__(self, urls, headers, session, mark, *, pause_seconds, stopping, count=None):
        super().__init__(daemon=True)
        self._urls = itertools.cycle(urls)
        self._headers = headers
        self._path = f"/api/sessions/{session['id']}/messages"
        self._mark = mark
        self._pause_seconds = pause_seconds
        self._stopping = stopping
        self._count = count
        self.acknowledged = {}
        self.is_calling = False
        self.tries = 0
        self.most_tries = 0
        self.problem = None

    def run(self):
        try:
            with httpx.Client(timeout=10) as http:
                self._talk(http)
        except Exception as error:  # noqa: BLE001  # the test that joins it raises it
            self.problem = error

    def _talk(self, http):
        for n in itertools.count(1):
            if self._stopping.is_set() or n - 1 == self._count:
                return
            self._say(http, f"{self._mark}-{n:05}")
            time.sleep(self._pause_seconds)

    def _say(self, http, text):
        self.is_calling = True
        for tries in itertools.count(1):
            if self._stopping.is_set() and tries > 1:
                break  # not acknowledged: whether it arrives is of no matter
            answer = self._try(http, text)
            if answer is not None:
                self.acknowledged[text] = answer
                self.most_tries = max(self.most_tries, tries)
                break
            time.sleep(WAIT_SECONDS)
        self.is_calling = False

    def _try(self, http, text):
        """The message's id, once it is stored."""
        self.tries += 1
        url, headers = next(self._urls), {**self._headers, "idempotency-key": text}
        try:
            answer = http.post(url + self._path, json={"text": text}, headers=headers)
        except httpx.HTTPError:
            return None
        if answer.status_code == httpx.codes.ACCEPTED:
            return answer.json()["id"]
        assert answer.status_code in (502, 503, 504), answer.text
        return None


class Crowd:
    """Talkers, started and joined together."""

    def __init__(self, talkers):
        self._talkers = talkers

    @property
    def is_busy(self):
        """Whether a call is under way right now."""
        return any(talker.is_calling for talker in self._talkers)

    @property
    def acknowledged(self):
        """Message ids by text, so far."""
        found = {}
        for talker in self._talkers:
            found |= talker.acknowledged
        return found

    @property
    def most_tries(self):
        return max(talker.most_tries for talker in self._talkers)

    def start(self):
        for talker in self._talkers:
            talker.start()

    def join(self):
        for talker in self._talkers:
            talker.join(60)
            assert not talker.is_alive(), "an agent still waits for its answer"
            if talker.problem is not None:
                raise talker.problem
