"""What the outside world accepted: the sandbox's journal, read once and counted."""

import json
import re
import threading
from collections import Counter

MARK = re.compile(r"\b(?:slack|gmail|web)\d+-\d{5}\b")
SENDS = {"slack": "chat.postMessage", "gmail": "drafts.send"}


class Journal:
    """Counts how often a provider accepted each mark, also where its answer was then lost.

    Attributes:
        arrived: By mark.
        lost_answers: Sends that were accepted and not answered.
        refused: Sends that were not accepted, by the provider's error.
        asked: All sends.
    """

    def __init__(self, sandbox):
        self._sandbox = sandbox
        self._lock = threading.Lock()
        self._read_to = dict.fromkeys(SENDS, 0)
        self.arrived = Counter()
        self.asked = self.lost_answers = 0
        self.refused = Counter()

    def read(self):
        """Takes in what is new; answers itself."""
        with self._lock:
            for channel in SENDS:
                for entry in self._new(channel):
                    self._take(channel, entry)
                    self._read_to[channel] = entry["n"]
        return self

    def _new(self, channel):
        parameters = {"after": self._read_to[channel], "call": SENDS[channel], "refused": 1}
        found = self._sandbox.get("/journal", params=parameters)
        found.raise_for_status()
        return found.json()

    def _take(self, channel, entry):
        self.asked += 1
        if entry["outcome"] not in ("ok", "dropped"):
            self.refused[f"{channel} {entry['outcome']}"] += 1
            return
        self.lost_answers += entry["outcome"] == "dropped"
        self.arrived.update(set(MARK.findall(_shown(channel, entry))))


def _shown(channel, entry):
    """What is new to the person who reads it."""
    if channel == "slack":
        return json.dumps(entry["body"])
    return entry["mail"]["text"]
