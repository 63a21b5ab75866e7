"""What the Google half holds."""

from dataclasses import dataclass, field
from functools import cached_property

from parley_sandbox.clock import Clock
from parley_sandbox.google.accounts import Accounts
from parley_sandbox.google.keys import SigningKey
from parley_sandbox.google.mailbox import Mailbox
from parley_sandbox.google.quota import Quota
from parley_sandbox.outbox import Outbox
from parley_sandbox.people import People, base_address
from parley_sandbox.settings import Settings


@dataclass
class Google:
    """Accounts, mailboxes and the key that signs for them."""

    settings: Settings
    clock: Clock
    people: People
    outbox: Outbox
    accounts: Accounts = field(init=False)
    quota: Quota = field(init=False)
    mailboxes: dict[str, Mailbox] = field(default_factory=dict)
    delivers_pushes: bool = True

    def __post_init__(self) -> None:
        self.accounts = Accounts(self.settings, self.clock)
        self.quota = Quota(self.clock, self.settings.sandbox_gmail_units_per_minute)

    @cached_property
    def key(self) -> SigningKey:
        """The signing key, made at its first use because that takes a while."""
        return SigningKey(self.clock.now())

    def mailbox(self, address: str) -> Mailbox | None:
        """Return the mailbox of an address, plus-part ignored; None when nobody owns it."""
        email = base_address(address)
        if self.people.by_email(email) is None:
            return None
        if email not in self.mailboxes:
            self.mailboxes[email] = Mailbox(email, self.clock)
        return self.mailboxes[email]

    def reset(self, *, authorizations: bool) -> None:
        """Empty the mailboxes; cursors go on, consents stay unless told otherwise."""
        for mailbox in self.mailboxes.values():
            mailbox.empty()
        self.delivers_pushes = True
        self.quota.reset()
        self.accounts.denied_scopes = frozenset()
        if authorizations:
            self.accounts.reset()
