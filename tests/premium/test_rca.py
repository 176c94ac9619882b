"""A root-cause analysis is written by several without a loss, signed off by another, published for good."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from sterling.accounts.models import Contact
from sterling.base.errors import (
    Clashed,
    Conflict,
    Invalid,
    NamesFound,
    NotYours,
)
from sterling.base.models import AuditEntry
from sterling.core.rca import Edition, Move
from sterling.premium.rca import access, editions, moving, opening, queries, writing
from sterling.premium.rca.models import Action, Part, Published, Rca, Writing
from tests import make
from tests.premium.analyses import (
    DAY,
    HOUR,
    TUESDAY,
    analysis,
    keep,
    move,
    publish,
    submit,
    urgent,
    worked_around,
    write,
)

pytestmark = pytest.mark.usefixtures("installed")


class TestWriting:
    def test_the_first_words_begin_the_draft_and_the_writer_owns_it(self) -> None:
        rca, carol = analysis()
        saved = keep(rca, carol, "summary", {"text": " Exports stopped. "})
        rca.refresh_from_db()
        assert (rca.state, rca.owner, saved.part.version) == ("draft", carol, 1)
        assert saved.part.value == {"text": "Exports stopped."}

    def test_two_who_write_in_different_parts_do_not_meet(self) -> None:
        rca, carol = analysis()
        omar = make.agent("Omar Diaz")
        keep(rca, carol, "summary", {"text": "Hers"})
        assert keep(rca, omar, "causes", {"trigger": "His"}).aside is None
        assert queries.document(queries.parts(rca))["summary"] == {"text": "Hers"}

    def test_two_who_write_in_one_part_lose_nothing(self) -> None:
        rca, carol = analysis()
        omar = make.agent("Omar Diaz")
        keep(rca, carol, "summary", {"text": "Hers"})
        saved = keep(rca, omar, "summary", {"text": "His"})
        assert saved.aside
        assert (saved.aside.value, saved.part.value) == ({"text": "His"}, {"text": "Hers"})
        with pytest.raises(Clashed, match=r"Carol Mensah changed this part while you wrote") as refused:
            writing.told(saved)
        assert (refused.value.yours, refused.value.theirs, refused.value.version) == (
            {"text": "His"}, {"text": "Hers"}, 1,
        )  # fmt: skip
        assert [one.value for one in queries.set_aside(rca)] == [{"text": "His"}]
        assert keep(rca, omar, "summary", {"text": "Theirs"}, knows=1).part.version == 2
        kept = [(one.version, one.value["text"]) for one in Writing.objects.order_by("pk")]
        assert kept == [(1, "Hers"), (None, "His"), (2, "Theirs")]

    def test_whoever_goes_on_after_a_lost_answer_clashes_with_nobody(self) -> None:
        rca, carol = analysis()
        keep(rca, carol, "summary", {"text": "Exports"})
        saved = keep(rca, carol, "summary", {"text": "Exports stopped."})
        assert (saved.aside, saved.part.version) == (None, 2)
        assert keep(rca, carol, "summary", {"text": "Imports stopped."}).aside
        assert keep(rca, make.agent("Omar Diaz"), "summary", {"text": "Exports stopped. All."}).aside

    def test_saving_the_same_again_is_nothing(self) -> None:
        rca, carol = analysis()
        keep(rca, carol, "summary", {"text": "Hers"})
        assert keep(rca, carol, "summary", {"text": "Hers"}).part.version == 1
        assert Writing.objects.count() == 1

    def test_what_is_typed_during_the_review_is_set_aside(self) -> None:
        rca, carol = analysis()
        write(rca, carol)
        submit(rca, carol)
        saved = keep(rca, carol, "summary", {"text": "Later"}, knows=1)
        assert saved.aside
        assert saved.because
        assert saved.because.en.startswith("The analysis is in review")
        assert Part.objects.get(name="summary").value == {"text": "Exports stopped at 61 %."}

    def test_a_wrong_field_is_named(self) -> None:
        rca, carol = analysis()
        with pytest.raises(Invalid) as refused:
            keep(rca, carol, "impact", {"starts": "noon"})
        assert refused.value.errors[0].field == "starts"
        with pytest.raises(NotYours):
            keep(rca, carol, "nonsense", {})
        assert Writing.objects.count() == 0

    def test_a_settled_action_says_how_it_was_seen_to_work(self) -> None:
        rca, carol = analysis()
        write(rca, carol)
        action = Action.objects.get()
        doing = writing.doing_of(action, state="done")
        told = {"action": action, "agent": carol, "at": TUESDAY + DAY, "by": make.actor(carol)}
        with pytest.raises(Invalid, match=r"Say how it was seen to work"):
            writing.change_action(doing=doing, **told)
        writing.change_action(doing=writing.doing_of(action, state="done", verification="Ran it"), **told)
        action.refresh_from_db()
        assert (action.state, action.is_settled, action.version) == ("done", True, 2)


class TestTimeline:
    def test_it_is_told_by_the_log_and_lines_by_hand_are_marked(self) -> None:
        ticket, carol = urgent()
        make.reply(ticket, carol, TUESDAY + HOUR)
        worked_around(ticket, carol, TUESDAY + 2 * HOUR)
        make.reply(ticket, carol, TUESDAY + 5 * HOUR, status="solved")
        opening.look(at=TUESDAY + 5 * HOUR)
        rca = Rca.objects.get()
        by_hand = [{"at": "2026-03-03T16:30:00Z", "text": "The team was paged"}]
        keep(rca, carol, "timeline", {"detected": "2026-03-03T15:50:00Z", "lines": by_hand})
        told = [((one.at - TUESDAY) / HOUR, one.text.en, one.by_hand) for one in editions.lines_of(rca)]
        assert told == [
            (-1 / 6, "Detected", True),
            (0, "Reported", False),
            (0, "Confirmed as Urgent", False),
            (0.5, "The team was paged", True),
            (1, "First response", False),
            (2, "Workaround provided", False),
            (5, "Resolved", False),
        ]


class TestPublishing:
    def test_whoever_sent_it_to_review_does_not_publish_it(self) -> None:
        rca, carol = analysis()
        write(rca, carol)
        assert submit(rca, carol).towards == "preliminary"
        with pytest.raises(Conflict, match=r"Somebody else reads and publishes it"):
            publish(rca, carol)
        assert Published.objects.count() == 0
        made = publish(rca, make.agent("Omar Diaz"))
        assert (made.number, made.edition, made.author, made.reviewer) == (
            1, "preliminary", "Carol Mensah", "Omar Diaz",
        )  # fmt: skip
        rca.refresh_from_db()
        assert (rca.state, rca.preliminary_at, rca.final_at) == ("published", TUESDAY + 4 * HOUR, None)
        assert rca.ticket.timeline.events.get(type="rca_published").data == {
            "edition": "preliminary",
            "number": 1,
        }

    def test_it_goes_to_review_with_all_that_an_edition_needs(self) -> None:
        rca, carol = analysis()
        keep(rca, carol, "summary", {"text": "Exports stopped."})
        with pytest.raises(Invalid) as refused:
            submit(rca, carol)
        assert [one.text.en for one in refused.value.errors] == [
            "Still needed: who was affected.", "Still needed: the trigger, as far as known.",
        ]  # fmt: skip
        assert Rca.objects.get().state == "draft"

    def test_a_reviewer_sends_it_back_with_what_is_missing(self) -> None:
        rca, carol = analysis()
        write(rca, carol)
        submit(rca, carol)
        omar = make.agent("Omar Diaz")
        back = moving.send_back(
            rca=rca, reason="Which disk?", agent=omar, at=TUESDAY + DAY, by=make.actor(omar)
        )
        assert (back.state, back.note) == ("draft", "Which disk?")
        assert list(AuditEntry.objects.filter(object_kind="rca").order_by("pk").values_list("verb", "actor_name")) == [
            ("rca_submit", "Carol Mensah"), ("rca_return", "Omar Diaz"),
        ]  # fmt: skip

    def test_a_published_edition_stays_as_it_was(self) -> None:
        rca, carol = analysis()
        write(rca, carol)
        submit(rca, carol)
        omar = make.agent("Omar Diaz")
        first = publish(rca, omar)
        move(rca, Move.REVISE, carol)
        keep(rca, carol, "summary", {"text": "The disk was full."}, knows=1)
        submit(rca, carol)
        second = publish(rca, omar, at=TUESDAY + 6 * HOUR)
        assert (second.number, second.edition) == (2, "final")
        first.refresh_from_db()
        assert first.content["parts"]["summary"] == {"text": "Exports stopped at 61 %."}
        assert second.content["parts"]["summary"] == {"text": "The disk was full."}
        with pytest.raises(DatabaseError, match=r"append-only"), transaction.atomic():
            Published.objects.update(author="Nobody")

    def test_actions_are_tracked_until_it_is_closed(self) -> None:
        rca, carol = analysis()
        write(rca, carol)
        submit(rca, carol, Edition.FINAL)
        publish(rca, make.agent("Omar Diaz"))
        move(rca, Move.TRACK, carol)
        with pytest.raises(Conflict, match=r"1 corrective actions are not done and verified"):
            move(rca, Move.CLOSE, carol)
        action = Action.objects.get()
        told = {"action": action, "agent": carol, "at": TUESDAY + DAY, "by": make.actor(carol)}
        with pytest.raises(Conflict, match=r"What is to be done changes in a draft alone"):
            writing.change_action(doing=writing.doing_of(action, text="Something else"), **told)
        writing.change_action(doing=writing.doing_of(action, state="done", verification="Ran it"), **told)
        assert move(rca, Move.CLOSE, carol).state == "closed"
        opening.look(at=TUESDAY + 2 * DAY)
        assert Rca.objects.get().state == "closed"

    def test_names_of_other_customers_are_looked_at_before_anybody_reads_them(self) -> None:
        rca, carol = analysis()
        make.mallory()
        write(rca, carol)
        keep(rca, carol, "summary", {"text": "As with Elsewhere Ltd; Mallory Stone said so."}, knows=1)
        submit(rca, carol)
        omar = make.agent("Omar Diaz")
        with pytest.raises(NamesFound, match=r"Elsewhere Ltd, Mallory Stone") as refused:
            publish(rca, omar)
        assert refused.value.suspects == [
            {"part": "summary", "name": "Elsewhere Ltd", "whose": "Elsewhere Ltd"},
            {"part": "summary", "name": "Mallory Stone", "whose": "Elsewhere Ltd"},
        ]
        assert Published.objects.count() == 0
        assert publish(rca, omar, names_checked=True).names_checked == refused.value.suspects

    @pytest.mark.parametrize("language", ["en", "zh"])
    def test_an_edition_is_a_pdf_in_either_language(self, language: str) -> None:
        rca, carol = analysis()
        write(rca, carol)
        submit(rca, carol)
        made = publish(rca, make.agent("Omar Diaz"))
        assert editions.paper(made.content, language).startswith(b"%PDF-")
        said = editions.facts(made.content, language)
        assert said["title"] == {"en": "Root-cause analysis", "zh": "根本原因分析"}[language]
        assert said["opening"][0][1] == f"#{rca.ticket.number} Export fails"


class TestDoors:
    def test_staff_read_all_and_a_customers_confirmed_people_their_own(self) -> None:
        rca, carol = analysis()
        number = rca.ticket.number
        alice = rca.ticket.requester
        bob = make.contact(rca.organization, "Bob Reyes")
        Contact.objects.filter(pk=bob.pk).update(confirmed_at=None)
        assert access.analysis_for(make.viewer(carol), number, TUESDAY) == rca
        assert access.analysis_for(make.viewer(alice), number, TUESDAY) == rca
        for stranger in (make.mallory(), bob):
            with pytest.raises(NotYours):
                access.analysis_for(make.viewer(stranger), number, TUESDAY)
            assert list(access.analyses_for(make.viewer(stranger))) == []
        assert [one.pk for one in access.analyses_for(make.viewer(alice))] == [rca.pk]

    def test_an_edition_is_for_its_own_organization_alone(self) -> None:
        rca, carol = analysis()
        write(rca, carol)
        submit(rca, carol)
        made = publish(rca, make.agent("Omar Diaz"))
        number = rca.ticket.number
        assert access.published_for(make.viewer(rca.ticket.requester), number, 1) == made
        with pytest.raises(NotYours):
            access.published_for(make.viewer(make.mallory()), number, 1)
        with pytest.raises(NotYours):
            access.published_for(make.viewer(rca.ticket.requester), number, 2)
        with pytest.raises(NotYours):
            access.to_write(make.viewer(rca.ticket.requester), number, TUESDAY)

    def test_an_entitled_ticket_that_owes_none_has_none(self) -> None:
        carol = make.agent()
        ticket = make.ticket(make.alice(make.organization(plan="platinum")))
        with pytest.raises(NotYours, match=r"No root-cause analysis is owed"):
            access.analysis_for(make.viewer(carol), ticket.number, TUESDAY)
