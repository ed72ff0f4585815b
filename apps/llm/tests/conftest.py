"""The vendor's package is loaded before a call has its time measured, as in the processes that ask."""

import pytest

from apps.llm import client


@pytest.fixture(scope="session", autouse=True)
def _loaded() -> None:
    client.load()
