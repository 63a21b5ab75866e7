"""How long and how hard: bounded in `make test`, long in `make chaos`."""


def pytest_addoption(parser):
    parser.addoption("--chaos-long", action="store_true", help="the long fault run")
