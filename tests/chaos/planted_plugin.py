"""A pytest plugin: the bug that PLANTED names is in the code that is tested.

``PLANTED=no_fence pytest -p tests.chaos.planted_plugin …``
"""

import os

from tests.chaos import planting


def pytest_configure():
    planting.load_everything()
    planting.plant(os.environ[planting.VARIABLE])  # noqa: TID251  # this is how tests plant
