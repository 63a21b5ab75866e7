"""What the use cases need of the world: a store, channels, keys.

A `Unit` is one transaction; its `now` is the database's clock.
"""

from parley_orchestrator.ports.channels import (
    ChannelFactsSource,
    ChannelPort,
    ChannelState,
    ConnectionState,
    Job,
    TokenSigner,
)
from parley_orchestrator.ports.records import (
    ChannelFigures,
    ConnectionFigures,
    Hold,
    Lane,
    LinkToken,
    Page,
    Settled,
    Viewer,
)
from parley_orchestrator.ports.repositories import (
    Conversations,
    Deliveries,
    Feedback,
    Gates,
    Links,
    Live,
    People,
)
from parley_orchestrator.ports.store import Standing, Store, Unit

__all__ = [
    "ChannelFactsSource",
    "ChannelFigures",
    "ChannelPort",
    "ChannelState",
    "ConnectionFigures",
    "ConnectionState",
    "Conversations",
    "Deliveries",
    "Feedback",
    "Gates",
    "Hold",
    "Job",
    "Lane",
    "LinkToken",
    "Links",
    "Live",
    "Page",
    "People",
    "Settled",
    "Standing",
    "Store",
    "TokenSigner",
    "Unit",
    "Viewer",
]
