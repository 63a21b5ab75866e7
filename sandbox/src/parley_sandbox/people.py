"""The people of the sandbox: each is a mailbox, and all but the shared sender a Slack user."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from parley_sandbox.ids import stable_id

_ADDRESS = re.compile(r"^[A-Za-z0-9._%-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$")
AGENT = "agent@example.com"


class InvalidPersonError(Exception):
    """A person needs a name and a plain e-mail address."""


@dataclass(frozen=True, slots=True)
class Person:
    """One person; `slack_id` is None for a mailbox without a Slack user."""

    name: str
    email: str
    slack_id: str | None
    google_sub: str

    @property
    def handle(self) -> str:
        """The Slack user name, which is the local part of the address."""
        return self.email.partition("@")[0]


def base_address(address: str) -> str:
    """Return the mailbox of an address: lower case, without a plus-part."""
    local, _, domain = address.strip().lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


class People:
    """Everyone the sandbox knows, by address."""

    def __init__(self) -> None:
        self._by_email: dict[str, Person] = {}
        self.reset()

    def reset(self) -> None:
        """Forget everyone who was added."""
        self._by_email.clear()
        self.add("Parley Agent", AGENT, on_slack=False)
        self.add("Ann Example", "ann@example.com")
        self.add("Bob Example", "bob@example.com")

    def add(self, name: str, email: str, *, on_slack: bool = True) -> Person:
        """Add a person, or rename the one with that address; ids follow from the address."""
        email = email.strip().lower()
        if not name.strip() or not _ADDRESS.match(email):
            raise InvalidPersonError(f"need a name and an e-mail address, got {email!r}")
        person = Person(
            name=name.strip(),
            email=email,
            slack_id=stable_id("U0", email) if on_slack else None,
            google_sub=str(int.from_bytes(email.encode()[:8].rjust(8, b"0")) % 10**19).zfill(21),
        )
        self._by_email[email] = person
        return person

    def all(self) -> list[Person]:
        """Return everyone in the order they were added."""
        return list(self._by_email.values())

    def by_email(self, address: str) -> Person | None:
        """Return who owns the mailbox of `address`, plus-part ignored."""
        return self._by_email.get(base_address(address))

    def by_slack_id(self, user_id: str) -> Person | None:
        """Return the Slack user with that id."""
        return next((p for p in self._by_email.values() if p.slack_id == user_id), None)

    def on_slack(self, user: str) -> Person | None:
        """Return the Slack user by id or by e-mail address."""
        person = self.by_email(user) if "@" in user else self.by_slack_id(user)
        return person if person and person.slack_id else None


class Members:
    """The people of one more workspace, in which each has a Slack user id of its own.

    Args:
        people: Everyone.
        emails: Who belongs to it.
        seed: What the ids follow from; empty for the ids of the first workspace.
    """

    def __init__(self, people: People, emails: Iterable[str], seed: str) -> None:
        self._people = people
        self._emails = [base_address(email) for email in emails]
        self._seed = seed

    def all(self) -> list[Person]:
        """Return those who are there."""
        known = (self._people.by_email(email) for email in self._emails)
        return [self._member(person) for person in known if person and person.slack_id]

    def _member(self, person: Person) -> Person:
        if not self._seed:
            return person
        return replace(person, slack_id=stable_id("U0", f"{self._seed}:{person.email}"))

    def by_email(self, address: str) -> Person | None:
        """Return the member with this mailbox, plus-part ignored."""
        return next((p for p in self.all() if p.email == base_address(address)), None)

    def by_slack_id(self, user_id: str) -> Person | None:
        """Return the member with this Slack user id."""
        return next((p for p in self.all() if p.slack_id == user_id), None)

    def on_slack(self, user: str) -> Person | None:
        """Return the member by id or by e-mail address."""
        return self.by_email(user) if "@" in user else self.by_slack_id(user)
