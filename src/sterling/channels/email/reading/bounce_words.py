"""Bounces told in words: who sends them, how they say it, where they put the address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sterling.channels.email.reading.headers import Headers
    from sterling.channels.email.reading.values import Mailbox

_DAEMON = re.compile(
    r"^(?:mailer[-_.]?daemon|post[-_]?master|mail[-_.]?delivery[-_.]?(?:sub)?system|mdaemon|"
    r"bounces?|mail-?daemon|mmdf|smtp|uucp|"
    r"delivery|system|admin(?:istrator)?|sysadmin|mailadmin|root|postmaster\w*|no-?reply|"
    r"nobody|internet|prodigy|qmail)(?:[+@.\w-]|$)",
    re.IGNORECASE,
)
_SURE_DAEMON = re.compile(r"(?:mailer[-_.]?daemon|post[-_]?master|mail[-.]delivery)", re.IGNORECASE)
_DAEMON_NAME = re.compile(
    r"mail(?:er)?[ -_]?(?:delivery|daemon)|delivery (?:sub)?system|postmaster|"
    r"system administrator|mail administrator|ndr administrator|"
    r"mail system|mail server|e-?mail system|メールシステム|系统管理员|邮件系统|邮件管理员",
    re.IGNORECASE,
)
_SURE_SUBJECT = re.compile(
    r"^\W*(?:re: ?)?(?:undeliver(?:ed|able)\b|un[ -]?deliverable|mail delivery fail|"
    r"mail delivery (?:problem|error|status|incomplete)|delivery (?:status )?notification|"
    r"delivery status|delivery (?:has )?fail|delivery (?:problem|error|report|delayed|"
    r"incomplete|unsuccessful)|failure notice|failure delivery|failed (?:mail|delivery|"
    r"to deliver)|"
    r"(?:e-?mail|message|your message|mail)\b.{0,80}\b(?:undeliverable|not delivered|"
    r"could not be delivered|delayed|returned|bounced|not be delivered|cannot be delivered)|"
    r"returned (?:e?-?mail|message|to sender)|returning (?:e?-?mail|message)|"
    r"non[- ]?deliver|nondeliverable|"
    r"permanent (?:delivery )?(?:failure|error)|warning: (?:message|could not send|e?-?mail|"
    r".{0,80}user unknown)|mail (?:failed|failure|error|returned|system error|could not)|"
    r"message (?:status|delivery|undeliverable|could not)|there was an error sending|"
    r"error sending|send(?:ing)? (?:failed|failure|error)|couldn.t deliver|"
    r"user unknown|unknown user|no such user|postmaster notify|unzustellbar|"
    r"nicht zustellbar|zustellung fehlgeschlagen|fehler bei der zustellung|"
    r"non distribué|échec de (?:la )?(?:remise|distribution)|no se puede entregar|"
    r"no entregado|mancato recapito|onbestelbaar|"
    r"niet bezorgd|não (?:entregue|foi possível entregar)|недоставленн|не доставлен|未送达|"
    r"退信|投递失败|发送失败|邮件发送失败|系统退信|無法傳遞|無法投遞|"
    r"配信不能|配信不可|メール配信|送信できません|エラーメール|メールエラー|rejected mail|"
    r"mail rejected|considered unsolicited|delayed mail|delayed:|deferred|bounce)|"
    r": non remise?\b|\((?:delivery failed|undeliverable)\)",
    re.IGNORECASE,
)
_SAYS = re.compile(
    r"(?:could|can|was|were|has|have|did|will|is)(?: ?not|n't) (?:yet )?(?:be |been |"
    r"able to )*(?:deliver|reach|sen[dt]|complete|process)|unable to (?:deliver|send|relay|"
    r"complete)|"
    r"undeliverable|not (?:yet )?(?:been )?delivered|delivery (?:\w+ ){0,8}(?:has |"
    r"have )?(?:fail|been delayed)|delivery (?:to the following|error|problem)|"
    r"failed (?:permanently|delivery|recipient|addresses)|delivery failed|"
    r"returned (?:to you|mail|message|to sender)|permanent (?:fatal )?error|"
    r"transcript of session|user unknown|unknown user|no such user|"
    r"mailbox (?:is )?(?:full|unavailable|not found|disabled)|over quota|does(?: not|"
    r"n't) exist|invalid (?:recipient|address|mailbox|final delivery)|"
    r"recipient (?:address )?rejected|host unknown|unknown (?:host|address|recipient)|"
    r"no valid recipients|rejected your message|trouble delivering|wasn't able to deliver|"
    r"error\(s\)|account (?:has been )?disabled|fatal errors|non-delivery|"
    r"nicht zugestellt|konnte nicht|n'a pas pu|n'a pas été|no pudo|non è stato|無法|无法|"
    r"失败|配信|送信|не удалось|не может быть доставлен|退信|投递",
    re.IGNORECASE,
)
# What only a mail system says to the sender of a message.
_MACHINE = re.compile(
    r"\b(?:your|this|the|attached|following|original|returned|e-?mail) (?:e-?mail |"
    r"mail )?(?:message|mail|e-?mail)\b.{0,80}\b(?:could not be|can ?not be|was not|"
    r"has not been|were not|couldn't be|had permanent) ?"
    r"(?:yet )?(?:deliver|sent|reach|fatal|process)|unable to deliver (?:your |the |"
    r"this )?(?:message|mail|e-?mail)|"
    r"(?:message|mail|e-?mail)s?(?: that)? you (?:have )?sent\b.{0,60}\bnot\b|"
    r"delivery to the following|did not reach the following|"
    r"following (?:address|recipient)\w*\b.{0,60}(?:fail|error|not|problem|delay)|"
    r"automatically generated delivery status|created automatically by mail delivery|"
    r"no such user here|n'a pas p[uû] [eê]tre (?:d[eé]livr|remis|distribu)|"
    r"konnte nicht zugestellt|no (?:se )?(?:ha )?(?:podido|pudo) (?:ser )?entrega|"
    r"mailsystem|送信できませんでした|配信できませんでした|"
    r"无法投递|无法送达|投递失败|無法傳遞",
    re.IGNORECASE | re.DOTALL,
)
_BELOW = re.compile(
    r"^[\s>|*]*(?:[-=_*|]{1,80}\s*)?(?:below (?:this|the next) line is a copy|"
    r"(?:the )?original message(?: headers?)?(?: follows| text| is|:|\s*[-=_|*]|\s*$)|"
    r"original (?:message|mail|email) (?:follows|headers?|text)|this is a copy of (?:the|"
    r"your) (?:original )?message|copy of (?:the|your) (?:original )?message|"
    r"below is a copy of|here is a copy|"
    r"unsent message|message text follows|message header follows|the header of the original|"
    r"included is a copy|"
    r"returned message(?: follows)?|your (?:original )?message (?:reads|follows|is|was)\b(?!.*\bdeliver)|"
    r"(?:received|forwarded) message|returned mail follows|text of your message|(?:start of|"
    r"begin) (?:returned|original|message)|message (?:contents?|body) follows|"
    r"header of (?:your|the) message|headers of (?:your|the) message|undelivered message|"
    r"the following (?:should|is the original)|原信|原邮件|原始邮件|下面是|元のメッセージ|"
    r"---- ?message header)",
    re.IGNORECASE,
)
_EMBEDDED_HEADER = re.compile(
    r"^(?:Received: |Return-Path: |X-Originating|DKIM-Signature: |Message-ID: |" r"MIME-Version: )",
    re.IGNORECASE,
)
_ADDRESS = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,120}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,200}[A-Za-z0-9])?"
_ANY = re.compile(_ADDRESS)
_STRONG = (
    re.compile(rf"^\s*[<\"']?({_ADDRESS})[>\"']?\s*[:：]\s*$"),
    re.compile(rf"^\s*<({_ADDRESS})>[\s:.,(]"),
    re.compile(rf"^\s*<({_ADDRESS})>\s*$"),
    re.compile(rf"^[\s*•·>-]*<?({_ADDRESS})>?\s*$"),
    re.compile(rf"^\s*<?({_ADDRESS})>?\s*(?:[:;,(\[-]|on \d|\.\.\.|\s\s|\.\s)"),
    re.compile(rf"^\s*\"[^\"<>]{{0,200}}\"\s*<({_ADDRESS})>\s*$"),
    re.compile(rf"\b(?:was|originally) addressed(?: to)?,? <?({_ADDRESS})", re.IGNORECASE),
    re.compile(rf"\bSMTP=({_ADDRESS})"),
    re.compile(rf"^\s*\d{{3}}[ -](?:\d\.\d\.\d )?<({_ADDRESS})>"),
    re.compile(rf"RCPT TO:\s*<?({_ADDRESS})>?", re.IGNORECASE),
    re.compile(
        rf"(?:recipient|final-recipient|original-recipient|original recipient|"
        rf"final recipient)s?\b[^:\n]{{0,30}}:\s*(?:rfc822;)?\s*<?\"?({_ADDRESS})",
        re.IGNORECASE,
    ),
    re.compile(rf"originally addressed to <?({_ADDRESS})", re.IGNORECASE),
)
_WEAK = re.compile(
    rf"(?:\bto|recipient|for|user|address|mailbox|userid|attempts|account|addressed|rejected|"
    rf"delivery|sent)\b[^\n@]{{0,40}}?[<\"'(\s:]({_ADDRESS})",
    re.IGNORECASE,
)
_TRANSCRIPT = re.compile(r"^[ \t>]{0,20}RCPT TO:", re.IGNORECASE | re.MULTILINE)
_NOT_SENDERS = re.compile(r"^(?:mailer-daemon|postmaster|abuse|support|help|mdaemon)@", re.IGNORECASE)
_ENHANCED = re.compile(r"(?<![\d.])([45]\.\d{1,3}\.\d{1,3})(?![\d.])")
_SMTP = re.compile(r"(?:^|[\s:(#<])([45])[0-5]\d(?=[\s:,;-])")
_TEMPORARY = re.compile(
    r"warning|delayed|temporar|has not yet|will (?:be retried|continue|keep trying|retry)|"
    r"still (?:trying|being)|deferred|do not need to re-?send|no action is required",
    re.IGNORECASE,
)
_ID = re.compile(r"^\s*(?:>\s*)?Message-ID:\s*<?([^<>\s]{1,900})>?", re.IGNORECASE | re.MULTILINE)
_LIMIT = 60_000


@dataclass(frozen=True, slots=True)
class Told:
    """What the words of a report say."""

    recipients: tuple[str, ...]
    status: str
    hard: bool | None
    message_id: str


def is_bounce(headers: Headers, *, subject: str, sender: Mailbox, return_path: str | None, text: str) -> bool:
    """Do sender, subject and words together say that mail came back?"""
    name, email = sender
    if headers.has("x-failed-recipients"):
        return True
    daemon = bool(_DAEMON.match(email) or _DAEMON_NAME.search(name))
    sure_daemon = (
        return_path == "" or bool(_SURE_DAEMON.match(email)) or (not email and bool(_DAEMON.match(name)))
    )
    titled = bool(_SURE_SUBJECT.search(subject))
    if not sure_daemon and not titled:  # nearly every mail: its text is not searched
        return False
    top = _top(text[:_LIMIT])
    says = bool(_SAYS.search(top))
    answered = headers.plain("auto-submitted").lower().startswith("auto-replied") or headers.has(
        "x-autoreply"
    )
    if answered and not (sure_daemon and titled):
        return False
    if sure_daemon:
        refused = _TRANSCRIPT.search(top) and _SMTP.search(top)
        return bool(refused) or titled or (says and not headers.has("in-reply-to"))
    # Anyone can write "delivery failed" in a subject: then a machine's own words must say the rest.
    if headers.has("in-reply-to") or headers.has("references"):
        return False
    return bool(_MACHINE.search(top)) or (
        daemon and says and bool(_ENHANCED.search(top) or _SMTP.search(top))
    )


def _top(text: str) -> str:
    """The report itself, without the copy of the message that it returns."""
    lines = text.split("\n")
    for index, line in enumerate(lines):
        if len(line) < 400 and _BELOW.match(line):  # noqa: PLR2004 - a heading is short
            if index and any(kept.strip() for kept in lines[:index]):
                return "\n".join(lines[:index])
        elif index and _EMBEDDED_HEADER.match(line) and not lines[index - 1].strip():
            return "\n".join(lines[:index])
    return text


def read(text: str, *, own: frozenset[str], failed: str = "") -> Told:
    """Recipients, status and severity told in `text`; `failed` is X-Failed-Recipients.

    `own` are the addresses (lower-case) to and from which the report itself went: never its recipients.
    """
    text = text[:_LIMIT]
    top = _top(text)
    rest = text[len(top) :]
    recipients = tuple(dict.fromkeys(_ANY.findall(failed))) or _recipients(top, own)
    if not recipients and rest:
        recipients = _returned_to(rest, own)
    enhanced = _ENHANCED.search(top)
    status = enhanced[1] if enhanced else ""
    return Told(
        recipients, status, _hard(top, status), next((match[1] for match in _ID.finditer(rest or text)), "")
    )


def _recipients(top: str, own: frozenset[str]) -> tuple[str, ...]:
    lines = [line[:500] for line in top.split("\n")]
    for pattern in (*_STRONG, _WEAK):
        found = dict.fromkeys(
            match[1].rstrip(".")
            for line in lines
            for match in pattern.finditer(line)
            if not _NOT_SENDERS.match(match[1])
        )
        others = [address for address in found if address.lower() not in own]
        if others:
            return tuple(others) if pattern is not _WEAK else tuple(others)[:1]
    return ()


def _returned_to(rest: str, own: frozenset[str]) -> tuple[str, ...]:
    """The To of the returned message, where the report names nobody."""
    match = re.search(r"^To:[ \t]*(.{1,1000})$", rest, re.IGNORECASE | re.MULTILINE)
    found = dict.fromkeys(_ANY.findall(match[1])) if match else {}
    return tuple(address for address in found if address.lower() not in own)


def _hard(top: str, status: str) -> bool:
    if status:
        return status.startswith("5")
    if (code := _SMTP.search(top)) is not None:
        return code[1] == "5"
    return not _TEMPORARY.search(top)
