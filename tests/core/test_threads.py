from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sterling.core.threads import (
    By,
    Candidate,
    Hints,
    Match,
    Place,
    Standing,
    bare_subject,
    match,
    place,
    suggest,
)

OURS, THEIRS = 1, 2
HOME = {1042: OURS, 1043: OURS, 2000: THEIRS}
KNOWN = {"ours@a": 1042, "later@a": 1043}
FOUND = Match(1042, By.ADDRESS)


def led(sender: int | None = OURS, **hints: object) -> tuple[int, str] | None:
    found = match(Hints(**hints), KNOWN, HOME, sender)
    return (found.number, found.by.value) if found else None


def test_the_signed_address_wins_over_the_thread_and_the_thread_over_the_tag() -> None:
    assert led(addressed=(1043,), in_reply_to=("ours@a",), tagged=1042) == (1043, "address")
    assert led(in_reply_to=("ours@a",), references=("later@a",), tagged=1043) == (1042, "in_reply_to")
    assert led(references=("unknown@x", "ours@a", "later@a"), tagged=1042) == (1043, "references")
    assert led(tagged=1042) == (1042, "subject")


def test_a_tag_counts_in_the_senders_own_organization_only() -> None:
    assert led(THEIRS, tagged=1042) is None
    assert led(None, tagged=1042) is None


def test_a_stranger_waits_a_machine_stays_quiet_an_engineer_writes_among_colleagues() -> None:
    placed = {
        (standing, automatic): place(FOUND, standing, automatic=automatic, answers=True)
        for standing in Standing
        for automatic in (False, True)
    }
    assert placed == {
        (Standing.OURS, False): Place.ASIDE,
        (Standing.OURS, True): Place.ASIDE,
        (Standing.STAFF, False): Place.NOTE,
        (Standing.STAFF, True): Place.ASIDE,
        (Standing.OWN, False): Place.JOIN,
        (Standing.OWN, True): Place.QUIET,
        (Standing.COPIED, False): Place.JOIN,
        (Standing.COPIED, True): Place.QUIET,
        (Standing.STRANGER, False): Place.HOLD,
        (Standing.STRANGER, True): Place.ASIDE,
    }


def test_what_names_no_ticket_opens_one_unless_a_machine_answers_or_an_engineer_writes() -> None:
    def alone(standing: Standing, *, automatic: bool = False, answers: bool = False) -> Place:
        return place(None, standing, automatic=automatic, answers=answers)

    assert alone(Standing.STRANGER) is Place.OPEN
    assert alone(Standing.STRANGER, answers=True) is Place.OPEN
    assert alone(Standing.STRANGER, automatic=True) is Place.OPEN
    assert alone(Standing.STRANGER, automatic=True, answers=True) is Place.ASIDE
    assert alone(Standing.STAFF) is Place.ASK
    assert alone(Standing.STAFF, automatic=True) is Place.ASIDE
    assert alone(Standing.OURS) is Place.ASIDE


def test_a_subject_is_bare_of_prefixes_in_many_languages_and_of_our_tag() -> None:
    assert bare_subject("Re: AW: [#1042] Export  FAILS [#1042]") == "export fails"
    assert bare_subject("回复：转发：导出失败") == "导出失败"
    assert bare_subject("Re[2]: Export fails") == "export fails"


def test_the_ticket_with_the_likest_subject_is_suggested_and_the_latest_of_equals() -> None:
    open_tickets = [
        Candidate(7, "Export fails at 62 %"),
        Candidate(6, "Export fails at 61 %"),
        Candidate(5, "Export fails at 61 %"),
        Candidate(4, "Printer on fire"),
    ]
    assert suggest("Fwd: Export fails at 61 %", open_tickets) == 6
    assert suggest("导出失败", [Candidate(9, "回复：导出失败")]) == 9


def test_nothing_is_suggested_for_another_matter_or_for_a_subject_of_three_letters() -> None:
    assert suggest("Invoice for March", [Candidate(4, "Printer on fire")]) is None
    assert suggest("hi", [Candidate(4, "hi")]) is None
    assert suggest("", [Candidate(4, "")]) is None


@given(st.text(max_size=60), st.lists(st.text(max_size=60), max_size=5))
def test_what_is_suggested_is_one_of_the_candidates(subject: str, others: list[str]) -> None:
    found = suggest(subject, [Candidate(number, text) for number, text in enumerate(others, start=1)])
    assert found is None or 1 <= found <= len(others)
    assert bare_subject(bare_subject(subject)) == bare_subject(subject)
