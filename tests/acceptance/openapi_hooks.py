"""What Schemathesis is told of our suite; loaded by its own process, see test_openapi.py."""

import json
import os
import random

import schemathesis

KNOWN = json.loads(os.environ["PARLEY_TEST_IDS"])  # noqa: TID251  # how the test hands them over


@schemathesis.hook
def before_call(_context, case, **_options):
    """Made-up ids reach little: most calls get those of something that exists. No long waits."""
    if case.query and "wait_seconds" in case.query:
        case.query["wait_seconds"] = 0.05
    for name, value in KNOWN.items():
        if name in (case.path_parameters or {}) and random.random() < 0.7:  # no secret
            case.path_parameters[name] = value
