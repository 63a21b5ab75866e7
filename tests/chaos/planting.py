"""Bugs that are planted on purpose, to see that the tests notice them.

`plant` changes the modules of a running process: of a service that was forked with the variable
PLANTED in its environment, and of a pytest that was started with it (`tests.chaos.planted_plugin`).
Nothing of Parley reads that variable.
"""

import sys
from contextlib import suppress

from tests.chaos.planted import decisions, delivery, inbound, oddities

VARIABLE = "PLANTED"


def _functions_of(module):
    own = vars(module).items()
    return {name: it for name, it in own if getattr(it, "__module__", "") == module.__name__}


_ODD = _functions_of(oddities)
ODDITIES = set(_ODD)
BUGS = _functions_of(delivery) | _functions_of(decisions) | _functions_of(inbound) | _ODD


def plant(names):
    """Plants what a list of ``name`` or ``name=value``, with commas, says."""
    for one in filter(None, names.split(",")):
        name, _, value = one.partition("=")
        BUGS[name](value) if name in ODDITIES else BUGS[name]()


def load_everything():
    """Imports what services import, so that a bug is planted wherever a name is used."""
    import importlib  # noqa: PLC0415

    for name in ("orchestrator", "gmail", "slack", "gateway"):
        module = f"parley_{name}.__main__"
        with suppress(KeyError):
            importlib.import_module(module)
            del sys.modules[module]
