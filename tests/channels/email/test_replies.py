"""What a person wrote this time, without quotations and signature."""

from __future__ import annotations

import pytest

from sterling.channels.email.reading.replies import reply_text

ATTRIBUTIONS = [
    "On Mon, Mar 2, 2026 at 10:15 AM Carol <carol@vendor.example> wrote:",
    "On Mon, Mar 2, 2026 at 10:15 AM Carol\n<carol@vendor.example> wrote:",
    "On 2 Mar 2026, at 10:15, Carol <\ncarol@vendor.example> wrote:",
    "Carol <carol@vendor.example> wrote on 2.3.2026 10:15:",
    "2026-03-02 10:15 GMT+01:00 Carol <carol@vendor.example>:",
    "Am 02.03.2026 um 10:15 schrieb Carol:",
    "Am Mo., 2. März 2026 um 10:15 Uhr schrieb Carol <carol@vendor.example>:",
    "Le lun. 2 mars 2026 à 10:15, Carol <carol@vendor.example> a écrit :",
    "El lun, 2 mar 2026 a las 10:15, Carol (<carol@vendor.example>) escribió:",
    "Il giorno lun 2 mar 2026 alle ore 10:15 Carol <carol@vendor.example> ha\nscritto:",
    "Em seg., 2 de mar. de 2026 às 10:15, Carol <carol@vendor.example> escreveu:",
    "Op ma 2 mrt 2026 om 10:15 schreef Carol <carol@vendor.example>:",
    "W dniu 2.03.2026 o 10:15, Carol pisze:",
    "Den mån 2 mars 2026 kl 10:15 skrev Carol <carol@vendor.example>:",
    "2 марта 2026 г., в 10:15, Carol <carol@vendor.example> написал(а):",
    "在 2026年3月2日，10:15，Carol <carol@vendor.example> 写道：",
    "于2026年3月2日周一 10:15写道：",
    "2026年3月2日(月) 10:15 Carol <carol@vendor.example>:",
    "---- Carol wrote ----",
]
BLOCKS = [
    "-----Original Message-----\nFrom: Carol\nSent: Monday\n",
    "From: Carol <carol@vendor.example>\nSent: Monday, March 2, 2026 10:15 AM\nTo: Bob\nSubject: Re: it\n",
    "________________________________\nFrom: Carol <carol@vendor.example>\nDate: 2 March 2026\n",
    "*From:* Carol [mailto:carol@vendor.example]\n*Sent:* Monday, 2 March 2026\n*To:* Bob\n*Subject:* it\n",
    "-----Ursprüngliche Nachricht-----\nVon: Carol\n",
    "Von: Carol <carol@vendor.example>\nGesendet: Montag, 2. März 2026 10:15\nAn: Bob\nBetreff: AW: es\n",
    "De : Carol <carol@vendor.example>\nEnvoyé : lundi 2 mars 2026 10:15\nÀ : Bob\nObjet : RE: ça\n",
    "发件人: Carol <carol@vendor.example>\n发送时间: 2026年3月2日 10:15\n收件人: Bob\n主题: 回复\n",
    "------------------ 原始邮件 ------------------\n发件人: Carol\n",
    "差出人: Carol <carol@vendor.example>\n送信日時: 2026年3月2日 10:15\n宛先: Bob\n件名: Re: 件\n",
]


@pytest.mark.parametrize("line", ATTRIBUTIONS)
def test_a_quotation_goes_with_the_line_that_introduces_it(line):
    assert reply_text(f"It works now.\n\n{line}\n\n> Does it work?\n> Please tell.\n") == "It works now."


@pytest.mark.parametrize("line", ATTRIBUTIONS)
def test_an_unmarked_older_message_goes_too(line):
    assert reply_text(f"It works now.\n\n{line}\n\nDoes it work?\n") == "It works now."


@pytest.mark.parametrize("block", BLOCKS)
def test_all_that_follows_the_header_of_an_older_message_goes(block):
    assert reply_text(f"It works now.\n\n{block}\nDoes it work?\n") == "It works now."


@pytest.mark.parametrize(
    "line",
    ["Carol Example wrote:", "Quoting Carol <carol@vendor.example>:", "Zitat von Carol <c@v.example>:"],
)
def test_a_vague_introduction_counts_before_a_marked_quotation_alone(line):
    assert reply_text(f"It works now.\n\n{line}\n\n> Does it work?\n") == "It works now."
    assert reply_text(f"It works now.\n\n{line}\n\nnothing yet") == f"It works now.\n\n{line}\n\nnothing yet"


def test_answers_below_and_between_quotations_stay():
    text = "> Does it work?\n\nYes.\n\n> And the printer?\n> It burnt.\n\nStill does.\n"
    assert reply_text(text) == "Yes.\n\nStill does."
    assert reply_text(f"On 2 Mar 2026, at 10:15, Carol wrote:\n{text}") == "Yes.\n\nStill does."


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nBob\nCustomer Ltd",
        "--\nBob",
        "Sent from my iPhone",
        "Get Outlook for iOS",
        "Von meinem iPhone gesendet",
        "Envoyé de mon iPhone",
        "发自我的iPhone",
        "iPhoneから送信",
        "Enviado desde mi iPhone",
    ],
)
def test_a_signature_goes(signature):
    assert reply_text(f"It works now.\n\n{signature}\n") == "It works now."


@pytest.mark.parametrize(
    "text",
    [
        "The form asks:\n\nDate: Wednesday 3 March\nTime: 7:00\nPlace: Room 4\n\nWhat shall I write?",
        "On Monday we wrote:\nnothing at all.",
        "Please see line 3:\nit says -- nothing.",
        "Look at >>> this <<< now",
        ">>> this is how we shout <<<\nDo you hear?",
        "I wrote to you on 2 March 2026. Nobody answered.\n\nPlease do.",
        "The log says:\n2026-03-02 10:15 error: disk full\n2026-03-02 10:16 error: disk full",
        "From: Berlin\nWe go to Paris.",
        "Sent from our server the mail never arrives.\n\nWhy?\n\nIt worked before.\n\nPlease help.",
        "a - b\n-----\nc",
    ],
)
def test_a_persons_own_words_stay(text):
    assert reply_text(text) == text


def test_where_all_is_quoted_all_is_shown():
    assert reply_text("> one\n> two\n") == "> one\n> two"


def test_a_forwarded_message_alone_is_shown():
    text = (
        "---------- Forwarded message ---------\nFrom: Dora <dora@customer.example>\nSubject: it\n\nIt burns."
    )
    assert "It burns." in reply_text(text)


@pytest.mark.parametrize(
    "line",
    [
        "---------- Forwarded message ---------",
        "Begin forwarded message:",
        "-------- Weitergeleitete Nachricht --------",
        "---------- 转发的邮件 ----------",
    ],
)
def test_what_is_forwarded_with_a_word_before_it_stays(line):
    text = f"Please look.\n\n{line}\nFrom: Dora <dora@customer.example>\nSubject: it\n\nIt burns."
    assert reply_text(text) == text


def test_a_forwarding_subject_keeps_what_looks_like_a_reply():
    text = (
        "Please look.\n\nFrom: Dora <dora@customer.example>\nSent: Monday\nTo: Bob\nSubject: it\n\nIt burns."
    )
    assert reply_text(text, subject="FW: it") == text
    assert reply_text(text, subject="RE: FW: it") == "Please look."


def test_a_long_text_without_quotations_is_kept_whole():
    text = "\n".join(f"line {number}" for number in range(5_000))
    assert reply_text(text) == text
