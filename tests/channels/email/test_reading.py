"""Whole messages, written for these tests, and what the reader understands of them."""

from __future__ import annotations

import base64
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sterling.channels.email.reading import Reading, read
from sterling.channels.email.reading.charsets import codec_for

MAILS = Path(__file__).parents[2] / "mail"


def reading(name: str) -> Reading:
    return read((MAILS / f"{name}.eml").read_bytes())


def mail(*lines: str, body: str = "Hello") -> Reading:
    return read("\n".join([*lines, "", body]).encode())


def test_the_reader_needs_neither_django_nor_settings():
    code = "import sys, sterling.channels.email.reading; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_character_cut_between_two_encoded_words_survives():
    assert reading("chinese-cut-subject").subject == "生产环境无法登录，请尽快处理"


def test_gb2312_is_read_as_gb18030():
    found = reading("chinese-cut-subject")
    assert found.from_name == "张爱丽"
    assert found.reply_text == "您好，\n\n生产环境从今天早上开始无法登录，镕经理很着急。\n请尽快处理，谢谢！"
    assert found.language == "zh"


def test_ids_of_a_thread_come_without_brackets():
    found = reading("chinese-cut-subject")
    assert found.message_id == "cn-1@customer.example"
    assert found.in_reply_to == ("out-1@vendor.example",)
    assert found.references == ("first@customer.example", "out-1@vendor.example")
    assert found.date == datetime(2026, 3, 2, 10, 40, tzinfo=UTC)


def test_raw_eight_bit_headers_are_guessed_from_the_whole_message():
    found = reading("raw-eight-bit")
    assert (found.from_name, found.subject) == ("张爱丽", "问题：无法登录系统")
    assert found.text == "系统无法登录，请问如何处理？"


def test_japanese_is_read_and_its_quotation_dropped():
    found = reading("japanese")
    assert (found.from_name, found.subject, found.reply_text) == (
        "山田",
        "接続できません",
        "まだ接続できません。",
    )


def test_every_part_finds_its_place():
    found = reading("many-parts")
    assert found.text == "The logs are attached.\n\n-- \nAlice\nCustomer Ltd"
    assert found.reply_text == "The logs are attached."
    assert found.html == '<p>The logs are <b>attached</b>. <img src="cid:logo@x"></p>'
    assert [(part.name, part.content_type, part.inline) for part in found.attachments] == [
        ("logo.png", "image/png", True),
        ("日志 March.log", "application/octet-stream", False),
        ("Übersicht.pdf", "application/pdf", False),
        ("invitation.ics", "text/calendar", False),
        ("winmail.dat", "application/ms-tnef", False),
        ("The first report.eml", "message/rfc822", False),
        ("smime.p7s", "application/pkcs7-signature", False),
    ]
    assert found.attachments[0].content_id == "logo@x"
    assert found.attachments[1].data == b"log line\n"


def test_every_address_of_a_message_is_found():
    found = reading("many-parts")
    assert found.from_name == "Alice A. Example"
    assert found.to == (("Support", "support+t.42.abcdef@vendor.example"), ("", "bob@customer.example"))
    assert found.cc == (("Dora, D.", "dora@customer.example"),)
    assert found.delivered_to == ("support+t.42.abcdef@vendor.example", "help@vendor.example")


def test_html_alone_gives_text_and_loses_what_gmail_marks_as_quoted():
    found = reading("html-gmail-reply")
    assert found.reply_text == "It still burns & smokes.\n\nSteps:\n- press\n- wait"
    assert found.text.endswith("Did you turn it off?")
    assert found.date == datetime(2026, 3, 4, 13, 15, 30, tzinfo=UTC)


def test_html_alone_loses_all_that_follows_an_outlook_header():
    assert reading("html-outlook-reply").reply_text == "Er brennt immer noch.\n\nGrüße, Bob"


def test_a_uuencoded_file_becomes_an_attachment():
    found = reading("uuencoded")
    assert [(part.name, part.data) for part in found.attachments] == [("hello.txt", b"hello\n")]
    assert found.text == "Here it is.\n\n\nBye."
    assert (found.from_name, found.from_email) == ("Dora Example", "dora@old.example")


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("Alice <alice@customer.example>", [("Alice", "alice@customer.example")]),
        ("alice@customer.example (Alice)", [("Alice", "alice@customer.example")]),
        ('"Example, Alice" <alice@customer.example>', [("Example, Alice", "alice@customer.example")]),
        (
            "a@x.example, b@x.example; c@x.example",
            [("", "a@x.example"), ("", "b@x.example"), ("", "c@x.example")],
        ),
        ("team: Alice <a@x.example>, b@x.example;", [("Alice", "a@x.example"), ("", "b@x.example")]),
        ("undisclosed-recipients:;", []),
        ("<@relay.example:a@x.example>", [("", "a@x.example")]),
        ("=?utf-8?Q?Alice=2C_A=2E?= <a@x.example>", [("Alice, A.", "a@x.example")]),
        ("=?utf-8?B?QWxpY2UgPGFAeC5leGFtcGxlPg==?=", [("Alice", "a@x.example")]),
        ('"a@x.example" <a@x.example>', [("a@x.example", "a@x.example")]),
        ("Alice a@x.example", [("Alice", "a@x.example")]),
        ("Alice <a @ x.example>", [("Alice", "a@x.example")]),
        ("not an address", []),
        ("", []),
        ("<>", []),
    ],
)
def test_address_fields_are_read_as_people_write_them(field, expected):
    assert list(mail("From: x@y.example", f"To: {field}").to) == expected


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("=?utf-8?q?caf=C3=A9?=", "café"),
        ("=?UTF-8?B?Y2Fmw6k=?= =?UTF-8?B?IQ==?=", "café!"),
        ("Re: =?iso-8859-1?Q?Gr=FC=DFe?= an alle", "Re: Grüße an alle"),
        ("=?no-such-charset?Q?caf=C3=A9?=", "café"),
        ("=?utf-8?Q?two words?=", "two words"),
        ("=?utf-8?B?Y2Fmw6k?=", "café"),
        ("=?utf-8?Q?unfinished", "=?utf-8?Q?unfinished"),
        ("plain\tand\x0bodd", "plain and odd"),
        ("", ""),
    ],
)
def test_subjects_are_read_whatever_is_wrong_with_them(field, expected):
    assert mail("From: x@y.example", f"Subject: {field}").subject == expected


@pytest.mark.parametrize(
    "label", ["zlib", "hex", "idna", "unicode_escape", "rot13", "undefined", "a\x00b", "x" * 900, ""]
)
def test_a_label_that_is_no_charset_reaches_no_codec(label):
    assert codec_for(label) is None


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("Mon, 2 Mar 2026 10:00:00 +0100", datetime(2026, 3, 2, 9, tzinfo=UTC)),
        ("2 Mar 2026 10:00 GMT", datetime(2026, 3, 2, 10, tzinfo=UTC)),
        ("2026-03-02T10:00:00Z", datetime(2026, 3, 2, 10, tzinfo=UTC)),
        ("Mon, 2 Mar 2026 10:00:00 -0000 (somewhere)", datetime(2026, 3, 2, 10, tzinfo=UTC)),
        ("Mon, 2 Mar 99999999999 10:00:00 +0000", None),
        ("Mon, 2 Mar 2026 10:00:00 +9999999", datetime(2026, 3, 2, 10, tzinfo=UTC)),
        ("Mon, 32 Foo 2026 99:99:99", None),
        ("yesterday", None),
    ],
)
def test_dates_are_aware_or_none(field, expected):
    assert mail("From: x@y.example", f"Date: {field}").date == expected


def test_a_name_in_the_older_forms_of_disposition_is_read():
    parts = (
        "--b\nContent-Disposition: attachment; filename*=iso-8859-1''Gr%FC%DFe.txt\n\na\n"
        '--b\nContent-Disposition: attachment; filename="=?utf-8?B?5pel5b+XLnR4dA==?="\n\nb\n'
        "--b\nContent-Type: text/plain; name=plain name.txt\nContent-Disposition: attachment\n\nc\n"
        '--b\nContent-Disposition: attachment; filename="a\x1b[2J\u202egpj.exe"\n\nd\n--b--'
    )
    found = mail("From: x@y.example", 'Content-Type: multipart/mixed; boundary="b"', body=parts)
    assert [part.name for part in found.attachments] == [
        "Grüße.txt",
        "日志.txt",
        "plain name.txt",
        "a [2Jgpj.exe",
    ]


def test_a_wrong_boundary_is_found_out():
    parts = "--real\n\nfirst\n--real\nContent-Disposition: attachment; filename=a.txt\n\nx\n--real--"
    found = mail("From: x@y.example", 'Content-Type: multipart/mixed; boundary="stated"', body=parts)
    assert (found.text, [part.name for part in found.attachments]) == ("first", ["a.txt"])


def test_a_fold_that_was_broken_in_two_is_joined_without_a_gap():
    found = read(b"Subject: Re: TEST\r\n \r\n\t=?utf-8?B?5rWL6K+V?=\r\n =?utf-8?B?5rWL6K+V?=\r\n\r\nbody")
    assert found.subject == "Re: TEST测试测试"


def test_a_header_that_lost_a_fold_goes_on():
    found = mail("From: x@y.example", "Subject: a long", "subject that broke", "To: z@y.example")
    assert (found.subject, found.text) == ("a long subject that broke", "Hello")
    assert found.to == (("", "z@y.example"),)


def test_text_that_claims_to_be_base64_and_is_not_stays_text():
    found = mail(
        "From: x@y.example", "Content-Transfer-Encoding: base64", body="Not base64, as anyone can see."
    )
    assert found.text == "Not base64, as anyone can see."


def test_broken_quoted_printable_loses_nothing():
    body = "caf=C3=A9 = 2 =ZZ 100=%, soft =  \nbreak=20\nend="
    found = mail("From: x@y.example", "Content-Transfer-Encoding: quoted-printable", body=body)
    assert found.text == "café = 2 =ZZ 100=%, soft break \nend"


def test_soft_line_ends_of_flowed_text_are_joined():
    found = mail(
        "From: x@y.example",
        "Content-Type: text/plain; format=flowed",
        body="one \ntwo\nthree\n\n>quoted \n>on",
    )
    assert found.text == "one two\nthree\n\n> quoted on"


CHINESE, TRADITIONAL = "您好，服务器无法登录，请尽快处理。", "您好，伺服器無法登入，請儘快處理。"
CHARSETS = [
    ("gb2312", "gbk", CHINESE),
    ("gbk", "gbk", CHINESE),
    ("gb18030", "gb18030", "𠮷野家 㐀 ǹ"),
    ("hz-gb-2312", "hz", CHINESE[:-1]),
    ("big5", "cp950", TRADITIONAL),
    ("utf-8", "gbk", CHINESE),
    ("gb2312", "utf-8", CHINESE),
    ("iso-8859-1", "utf-8", CHINESE),
    ("us-ascii", "utf-8", CHINESE),
    ("", "gbk", CHINESE),
    ("x-unknown", "cp950", TRADITIONAL),
    ("utf-16", "utf-16", CHINESE),
    ("utf-7", "utf-7", "Grüße"),
    ("euc-kr", "cp949", "안녕하세요"),
    ("koi8-r", "koi8-r", "Привет"),
    ("windows-1251", "cp1251", "Привет"),
    ("iso-8859-15", "iso-8859-15", "10 €"),
    ("iso-8859-1", "cp1252", "“10 €”"),
    ("tis-620", "cp874", "สวัสดี"),
]


@pytest.mark.parametrize(("label", "codec", "text"), CHARSETS)
def test_text_is_read_in_every_charset_and_under_the_wrong_label(label: str, codec: str, text: str) -> None:
    head = (
        f"From: x@y.example\nContent-Type: text/plain; charset={label}\nContent-Transfer-Encoding: base64\n\n"
    )
    assert read(head.encode() + base64.b64encode(text.encode(codec))).text == text


JAPANESE = "こんにちは、サーバーに接続できません。"


@pytest.mark.parametrize("codec", ["shift_jis", "euc_jp", "iso-2022-jp"])
@pytest.mark.parametrize("label", ["iso-2022-jp", "us-ascii"])
def test_japanese_is_read_whichever_of_its_codecs_the_label_should_have_named(codec: str, label: str) -> None:
    head = f"From: x@y.example\nContent-Type: text/plain; charset={label}\n\n".encode()
    assert read(head + JAPANESE.encode(codec)).text == JAPANESE


def test_a_multipart_without_a_part_is_empty():
    found = mail("From: x@y.example", "Content-Type: multipart/mixed; boundary=b", body="--b--\n")
    assert (found.text, found.attachments) == ("", ())


def test_parts_that_were_encoded_together_are_found():
    found = mail(
        "From: x@y.example",
        "Content-Type: multipart/mixed; boundary=b",
        "Content-Transfer-Encoding: base64",
        body="LS1iCgpIZWxsbwotLWItLQo=",
    )
    assert found.text == "Hello"


def test_a_list_servers_footer_under_base64_is_not_decoded():
    body = "SXQgc3RvcHMu\n_______________________________________________\nA list mailing list\n"
    found = mail("From: x@y.example", "Content-Transfer-Encoding: base64", body=body)
    assert found.text == "It stops."


def test_a_file_name_has_no_mark_that_turns_its_letters_round():
    name = "filename*=utf-8''invoice%E2%80%AEfdp%E2%80%8F%D8%9C.exe"
    found = mail("From: x@y.example", f"Content-Disposition: attachment; {name}", "Content-Type: image/png")
    assert [file.name for file in found.attachments] == ["invoicefdp.exe"]


@pytest.mark.parametrize("raw", [b"", b"\r\n \n", b"\x00\x01\x02" * 40])
def test_what_is_no_message_says_so(raw):
    assert read(raw).error in {"empty", "not a mail message"}


def test_a_message_without_headers_is_its_body():
    found = read(b"just some words\nand more\n")
    assert (found.error, found.from_email, found.text) == ("", "", "just some words\nand more")
