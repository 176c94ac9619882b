"""Every sample of tests/conformance/timelines.json, to the second."""

import json
from pathlib import Path

import pytest

from sterling.core.clocks import replay

SAMPLES = json.loads((Path(__file__).parent.parent / "conformance" / "timelines.json").read_text())


def test_there_are_samples():
    assert len(SAMPLES) >= 98


@pytest.mark.parametrize(
    "sample", SAMPLES, ids=[f"{place}-{row['note']}" for place, row in enumerate(SAMPLES)]
)
def test_a_sample_replays_to_the_second(sample):
    assert replay(sample) == sample["expected"]
