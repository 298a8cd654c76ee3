"""The clients whose rooms are looked at."""

import pytest

from tests import makers


@pytest.fixture
def anna():
    return makers.client_of("anna")


@pytest.fixture
def carla():
    return makers.client_of("carla")
