"""Documents that are refused: one line, naming the event and the field."""

import pytest

from sterling.core.catalog import Catalog, shipped
from sterling.core.clocks import replay
from tests.core.story import CHICAGO

OPENED = {
    "at": "2024-09-23T14:00:00Z",
    "type": "opened",
    "by": "customer",
    "plan": "gold",
    "priority": "high",
}
AT = "2024-09-23T15:00:00Z"


def refusal(document):
    with pytest.raises(ValueError, match=": ") as caught:
        replay(document)
    text = str(caught.value)
    assert "\n" not in text
    return text


def refusal_of(**event):
    return refusal({"calendar": CHICAGO, "events": [OPENED, {"at": AT} | event]})


@pytest.mark.parametrize(
    ("document", "field"),
    [
        (None, "timeline: "),
        ([], "timeline: "),
        ({}, "calendar: missing"),
        ({"calendar": CHICAGO}, "events: missing"),
        ({"calendar": CHICAGO, "events": {}}, "events: "),
        ({"calendar": CHICAGO, "events": []}, "events: "),
        ({"calendar": CHICAGO, "events": [[]]}, "events[0]: "),
        ({"calendar": None, "events": [OPENED]}, "calendar: "),
        ({"calendar": {"tz": "Nowhere/At_All"}, "events": [OPENED]}, "calendar.tz: "),
        (
            {"calendar": {"tz": "UTC", "weekly": {"mon": [["9", "17:00"]]}}, "events": [OPENED]},
            "calendar.weekly.mon[0]",
        ),
        ({"calendar": CHICAGO, "events": [OPENED], "until": "2024-09-23T15:00:00"}, "until: "),
        ({"calendar": CHICAGO, "events": [OPENED], "until": 17}, "until: "),
        ({"calendar": CHICAGO, "events": [OPENED], "untill": AT}, "untill: "),
        ({"calendar": CHICAGO, "events": [OPENED, dict(OPENED)]}, "events[1].type: opened comes once"),
        ({"calendar": CHICAGO, "events": [{"at": AT, "type": "note"}]}, "events[0].type: a timeline begins"),
        (
            {"calendar": CHICAGO, "events": [OPENED, {"at": "2024-09-23T13:00:00Z", "type": "note"}]},
            "events[1].type: a timeline begins with opened",
        ),
    ],
)
def test_a_bad_document_is_refused_by_field(document, field):
    assert refusal(document).startswith(field)


@pytest.mark.parametrize("key", ["by", "plan", "priority", "at", "type"])
def test_an_opening_needs_all_its_fields(key):
    opened = {name: value for name, value in OPENED.items() if name != key}
    assert refusal({"calendar": CHICAGO, "events": [opened]}).startswith(f"events[0].{key}: ")


@pytest.mark.parametrize("key", ["by", "plan", "priority"])
def test_an_opening_with_an_unknown_word_is_refused(key):
    text = refusal({"calendar": CHICAGO, "events": [OPENED | {key: "system"}]})
    assert text.startswith(f"events[0].{key}: 'system' is none of ")


@pytest.mark.parametrize(
    ("event", "field"),
    [
        ({"type": "telepathy"}, "type: unknown event 'telepathy'"),
        ({"type": ["note"]}, "type: unknown event"),
        ({"type": "note", "text": "x"}, "text: unknown field of note"),
        ({"type": "agent_message", "by": "agent"}, "by: unknown field of agent_message"),
        ({"type": "priority", "to": "P1"}, "to: 'P1' is none of urgent, high, medium, low"),
        ({"type": "priority"}, "to: None is none of"),
        ({"type": "plan", "to": "bronze"}, "to: 'bronze' is none of"),
        ({"type": "plan", "to": ["gold"]}, "to: ['gold'] is none of"),
        ({"type": "status", "to": "new"}, "to: 'new' is none of open, pending, on_hold, solved, closed"),
        ({"type": "status", "to": "open", "by": "robot"}, "by: 'robot' is none of agent, customer, system"),
        ({"type": "status", "to": "open", "message": 1}, "message: must be true or false"),
        ({"type": "cadence"}, "every: missing"),
        ({"type": "cadence", "every": "PT0S"}, "every: must be more than nothing"),
        ({"type": "cadence", "every": "P1D"}, "every: "),
        ({"type": "cadence", "every": "-PT1H"}, "every: "),
        ({"type": "cadence", "every": 3600}, "every: must be a duration"),
        ({"type": "calendar"}, "calendar: missing"),
        ({"type": "calendar", "calendar": {"tz": "UTC", "weekly": {"moon": []}}}, "calendar.weekly"),
        ({"type": "customer_message", "since": "2024-09-23T15:00:01Z"}, "since: lies after at"),
        ({"type": "customer_message", "since": "2024-09-23T09:00:00"}, "since: "),
        ({"type": "no_reply_needed", "reason": 1}, "reason: must be text"),
        ({"type": "merged", "into": None}, "into: must be text"),
    ],
)
def test_a_bad_event_is_refused_by_place_and_field(event, field):
    assert refusal_of(**event).startswith(f"events[1].{field}")


@pytest.mark.parametrize(
    "at",
    [
        "2024-09-23T15:00:00",
        "yesterday",
        "",
        None,
        1727103600,
        "2024-09-23T15:00:00.1234567Z",
        "9999-12-31T23:59:59-01:00",
    ],
)
def test_a_bad_instant_is_refused(at):
    assert refusal_of(type="note", at=at).startswith("events[1].at: ")


def test_a_writers_own_keys_beside_the_document_are_left_alone():
    document = {"calendar": CHICAGO, "events": [OPENED], "note": "first", "id": 7}
    assert replay(document) == replay({"calendar": CHICAGO, "events": [OPENED]})


def test_a_refused_document_is_not_changed_and_can_be_corrected():
    events = [OPENED, {"at": AT, "type": "priority", "to": "P1"}]
    refusal({"calendar": CHICAGO, "events": events})
    events[1]["to"] = "urgent"
    assert len(replay({"calendar": CHICAGO, "events": events})) == 2


def test_a_cell_that_the_catalog_lacks_is_refused_by_name():
    document = shipped().to_dict()
    del document["plans"]["gold"]["targets"]["high"]
    partial = Catalog.from_dict(document)
    with pytest.raises(ValueError, match="plan 'gold' has no cell for priority 'high'"):
        replay({"calendar": CHICAGO, "events": [OPENED]}, partial)
