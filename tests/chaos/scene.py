"""Small stories that make a process pass a crash point, and what must be true at their end.

A scene's `prepare` runs before the trap is set, its `act` until the process is dead and back (it
repeats what was not confirmed, as clients do), and its `check` whenever there is time.
"""

import time

import httpx
from tests.chaos.accounts import AMBIGUOUS, settled


class Scene:
    """A story with a person of its own.

    Args:
        world: Where it plays.
        mark: Of its messages; unlike any other's.
    """

    channels = ("slack",)

    def __init__(self, world, mark):
        self.world = world
        self.mark = mark
        self.acknowledged = {}

    def prepare(self):
        self.user, self.session = self.world.resident(*self.channels)

    def act(self):
        raise NotImplementedError

    def check(self):
        """Of a message: it arrived once, or the API says that nobody knows."""
        read = self.world.journal_read.read
        accounts = settled(self.world, self.acknowledged, lambda: read().arrived)
        assert self.acknowledged, "nothing was acknowledged"
        for mark, message_id in self.acknowledged.items():
            count, chain = accounts.arrived[mark], accounts.deliveries[message_id]
            assert count <= 1, f"{mark} arrived {count} times"
            assert count == 1 or _is_in_doubt(chain), f"{mark} is lost: {chain}"

    def subjects(self):
        """Ids of what the scene is about, for their attempts."""
        return list(self.acknowledged.values())

    def insist(self, path, body, headers=None, key=""):
        """Posts until it is answered, as a client that repeats does."""
        named = {**(headers or self.world.agent), **({"idempotency-key": key} if key else {})}
        deadline, last = time.monotonic() + 40, ""
        while time.monotonic() < deadline:
            try:
                answer = self.world.http.post(path, json=body, headers=named, timeout=5)
            except httpx.HTTPError as error:
                last = repr(error)
            else:
                if answer.status_code < 500:
                    return answer
                last = answer.text
            time.sleep(0.05)
        raise AssertionError(f"{path} is not answered: {last}")

    def say(self, text=None):
        text = text or f"{self.mark}-00001"
        path = f"/api/sessions/{self.session['id']}/messages"
        answer = self.insist(path, {"text": text}, key=self.mark)
        assert answer.status_code == 202, answer.text
        self.acknowledged[text[: len(self.mark) + 6]] = answer.json()["id"]

    def ask(self, **more):
        body = {"prompt": f"Deploy {self.mark}?", "kind": "approval", "delivery": "all", **more}
        path = f"/api/sessions/{self.session['id']}/feedback-requests"
        answer = self.insist(path, body, key=f"ask {self.mark}")
        assert answer.status_code == 202, answer.text
        return answer.json()


def _is_in_doubt(chain):
    is_told = chain[-1]["state"] in ("unknown", "dead")
    return is_told and any(a["outcome"] in AMBIGUOUS for d in chain for a in d["attempts"])
