"""The first line through the whole product: a customer's mail, the promise, the answer that keeps it, the proof."""

from __future__ import annotations

from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest

from sterling.core.clocks import replay
from tests.channels.email.mails import mail
from tests.flows.product import MailServer, Product, product, wait_for

pytestmark = pytest.mark.server
SUPPORT = "support@sterling.example"
WANG = "wang.chen@muguang.example"


def metrics(line: Product, number: int) -> list[tuple[str, str]]:
    return [(clock["metric"], clock["state"]) for clock in line.get(f"/tickets/{number}/clocks")["items"]]


def gold_contact(line: Product) -> None:
    organization = line.post(
        "/organizations", name="沐光医疗", region="china", segment="commercial", language="zh"
    )
    line.post("/contracts", organization=organization["id"], plan="gold", starts="2020-01-01")
    contact = line.post("/contacts", organization=organization["id"], name="王晨", email=WANG)
    line.post(f"/contacts/{contact['id']}/verify")


def of_tickets(server: MailServer) -> list[tuple[str | None, list[str], bytes]]:
    """What left about a ticket; notices of hours that lapse go out beside it."""
    return [one for one in list(server.taken) if b" [#" in one[2]]


def test_a_mail_becomes_a_promise_an_answer_keeps_it_and_the_log_proves_it() -> None:
    with (
        MailServer().running() as server,
        product(f"smtp://127.0.0.1:{server.port}", first_start=True) as line,
    ):
        gold_contact(line)
        line.mail(
            mail(
                f"王晨 <{WANG}>",
                subject="导出的报表日期差一天",
                text="只在月末出现。",
                html="<p>只在<b>月末</b>出现。<script>alert(1)</script></p>",
                files=(("日志.log", "text/plain", "第一行\n".encode()),),
                message_id="<first@muguang.example>",
            ),
            WANG,
            SUPPORT,
        )
        ticket = wait_for(lambda: line.get("/tickets")["items"], "the ticket")[0]
        number = ticket["number"]
        assert (ticket["subject"], ticket["plan"], ticket["priority"], ticket["channel"]) == (
            "导出的报表日期差一天", "gold", "medium", "email")  # fmt: skip

        # Gold, medium: three hours around the clock, from the receipt.
        first = line.get(f"/tickets/{number}/clocks")["items"][0]
        opened = datetime.fromisoformat(ticket["opened_at"])
        assert (first["metric"], first["state"]) == ("first_response", "running")
        assert datetime.fromisoformat(first["due"]) == opened + timedelta(hours=3)
        message = line.get(f"/tickets/{number}/messages")["items"][0]
        assert "script" not in message["html"]
        assert [file["name"] for file in message["attachments"]] == ["日志.log"]

        # The acknowledgement goes out as automatic mail and answers nothing.
        wait_for(lambda: len(of_tickets(server)) == 1, "the acknowledgement")
        sender, recipients, raw = of_tickets(server)[0]
        acknowledged = message_from_bytes(raw, policy=default)
        assert (sender, recipients) == ("<>", [WANG])
        assert acknowledged["Auto-Submitted"] == "auto-replied"
        assert f"#{number}" in acknowledged.get_body(("plain",)).get_content()
        assert metrics(line, number) == [("first_response", "running"), ("update", "running")]

        # The engineer's answer stops the clock when it is committed, and goes out threaded.
        line.post(f"/tickets/{number}/messages", body="已定位，今晚修复。", public=True)
        assert metrics(line, number) == [("first_response", "met"), ("update", "met"), ("update", "running")]
        wait_for(lambda: len(of_tickets(server)) == 2, "the answer")
        answer = message_from_bytes(of_tickets(server)[1][2], policy=default)
        assert answer["In-Reply-To"] == "<first@muguang.example>"
        assert answer["References"] == "<first@muguang.example>"
        assert answer["Subject"] == f"Re: 导出的报表日期差一天 [#{number}]"
        assert answer["Auto-Submitted"] is None
        wait_for(lambda: {row["state"] for row in line.get("/outbox")["items"]} == {"sent"}, "the outbox")

        # The customer answers that mail: it joins the ticket and starts the next clock.
        line.mail(
            mail(WANG, to=str(answer["Reply-To"]), subject="回复: 导出", text="谢谢，何时上线？",
                 In_Reply_To=str(answer["Message-ID"])),
            WANG,
            str(answer["Reply-To"]),
        )  # fmt: skip
        wait_for(lambda: ("next_response", "running") in metrics(line, number), "the next clock")
        assert len(line.get("/tickets")["items"]) == 1

        # What is stored is what the log says.
        document = line.get(f"/tickets/{number}/events?as=timeline")
        assert replay(document) == line.get(f"/tickets/{number}/clocks")["items"]
        assert line.sterling("doctor")
