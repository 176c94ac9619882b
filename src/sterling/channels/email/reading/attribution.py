"""The lines that introduce a quotation: "On ... wrote:" and its kin, forwarded headers, separators.

Patterns are anchored and bounded; each looks at one line, or at up to four joined.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# How "wrote" is said. Kept as whole words (or endings, for the scripts without spaces).
_WROTE = re.compile(
    r"\b(?:wrote|writes|schrieb|geschrieben|a écrit|a ecrit|escribió|escribio|ha scritto|"
    r"scrisse|escreveu|schreef|"
    r"geschreven|napisał(?:\(a\)|a)?|pisze|napisal(?:\(a\)|a)?|skrev|kirjoitti|"
    r"написал(?:\(а\)|а)?|пишет|пише|написав|"
    r"napsal(?:\(a\)|a)?|napísal(?:\(a\)|a)?|yazdı|yazmış|ezt írta|a scris|έγραψε|đã viết|"
    r"va escriure|kirjutas|rakstīja|"
    r"parašė|je napisao|je napisala|reageerde|said|posted)\b"
    r"|写道|寫道|书写|撰写|写入|のメール|書きました|書き込みました|님이 작성|작성:|كتب|כתב|เขียน",
    re.IGNORECASE,
)
# How such a line begins: a preposition and soon a digit, or the date itself.
_OPENS = re.compile(
    r"^(?:(?:on|am|le|el|il|em|op|den|w dniu|dnia|dne|dňa|pada|vào|pe|στις|v|à)\b|於|于|在).{0,60}?\d"
    r"|^(?:19|20)\d\d[-/.年]|^\d{1,2}[-/. ]{1,2}(?:\d{1,2}[-/. ]{1,2}\d{2,4}|\w{3,12})\b"
    r"|^(?:mon|tue|wed|thu|fri|sat|sun|mo|di|mi|do|fr|sa|so|lun|mar|mer|jeu|ven|sam|dim|пн|"
    r"вт|ср|чт|пт|сб|вс)\w{0,7}[.,]{0,2}\s.{0,20}?\d",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\b(?:19|20)\d\d\b|\d{1,2}[:.h]\d{2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}年|\d{1,2}月\d{1,2}日"
    r"|\b\d{1,2}\.? (?:jan|feb|m[aä]r|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"[\w.+=-]{1,80}@[\w.-]{1,120}")
_ENDS = re.compile(r"[:：]\s*(?:\*|_)?\s*$")
# "Carol Example wrote:", without date and address; not "As you wrote:".
_SOMEBODY = re.compile(
    r"^(?!(?:as|you|i|we|they|what|wie|sie|du|ich|wir|vous|je|"
    r"nous)\b)\w[^:,;]{0,50}\s(?:wrote|schrieb|a écrit ?):$",
    re.IGNORECASE,
)
_QUOTING = re.compile(
    r"^(?:quoting|zitat von|zitiere|citando|citation de|selon|cytowanie|" r"quoted from)\b.{0,200}[:：]$",
    re.IGNORECASE,
)
_ENDS_IN_ADDRESS = re.compile(r"<?(?:mailto:)?[\w.+=-]{1,80}@[\w.-]{1,120}>?[)\]]?$")
_DASHED = re.compile(r"^[\s>]*-{2,40}\s*\S.{0,200}?\s*-{2,40}$")
_ENDS_IN_ADDRESS_AND_COLON = re.compile(r"@[^<>\s]{1,120}>?[^\w]{0,20}[:：]\s*[*_]?$")
_SENT_IT = re.compile(r"\bsen[dt]\s*:$", re.IGNORECASE)
_TAIL = 160  # after "wrote": a name, an address, perhaps a date
_LONGEST_WORD = 40  # that says "wrote", amply
_MAX_JOINED = 7
_MAX_LENGTH = 600

_ORIGINAL = (
    r"original message|original appointment|original e-?mail|reply message|reply separator|"
    r"ursprüngliche (?:nachricht|mail|e-mail)|urspruengliche nachricht|original-nachricht|"
    r"originalnachricht|"
    r"message d'origine|message d’origine|message original|message initial|courriel original|"
    r"mensaje original|messaggio originale|mensagem original|oorspronkelijk bericht|"
    r"ursprungligt meddelande|ursprungsmeddelande|oprindelig meddelelse|oprindelig besked|"
    r"opprinnelig melding|alkuperäinen viesti|wiadomość oryginalna|oryginalna wiadomość|"
    r"původní zpráva|původní e-mail|pôvodná správa|eredeti üzenet|mesaj original|"
    r"mesajul original|orijinal mesaj|özgün ileti|İleti|исходное сообщение|"
    r"оригинальное сообщение|originalmeddelande|"
    r"原始邮件|原邮件|原始信息|回复的原邮件|邮件原件|原始郵件|原始訊息|元のメッセージ|"
    r"オリジナルメッセージ|원본 메시지"
)
_FORWARDED = (
    r"forwarded message|forwarded by|forward(?:ed)? mail|weitergeleitete nachricht|"
    r"message transféré|message transfere|mensaje reenviado|messaggio inoltrato|"
    r"mensagem encaminhada|doorgestuurd bericht|vidarebefordrat meddelande|"
    r"videresendt melding|wiadomość przekazana|пересылаемое сообщение|пересланное сообщение|"
    r"转发邮件信息|转发的邮件|转发邮件|轉寄郵件|轉寄|転送メッセージ|転送されたメッセージ|전달된 메시지"
)


def _between_dashes(words: str) -> re.Pattern[str]:
    return re.compile(
        rf"^[\s>]*(?:[-_=*+~—–]{{2,80}}|\|)\s*(?:{words}).{{0,120}}?\s*(?:[-_=*+~—–:]{{1,80}}|$)\s*$",
        re.IGNORECASE,
    )


_SEPARATOR = _between_dashes(_ORIGINAL)
_FORWARD = _between_dashes(_FORWARDED)
_BARE_FORWARD = re.compile(
    r"^[\s>*]*(?:begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-mail)|"
    r"début du message (?:réexpédié|transféré)|"
    r"inicio del mensaje reenviado|inizio messaggio inoltrato|início da mensagem (?:encaminhada|reenviada)|"
    r"start (?:van het )?doorgestuurd bericht|begin doorgestuurd bericht|"
    r"vidarebefordrat brev|videresendt besked|"
    r"videresendt melding|välitetty viesti alkaa|начало переадресованного сообщения|"
    r"以下は転送されたメッセージです|"
    r"下面是被转发的邮件|开始转发的邮件|以下是轉寄的郵件)\s*[:：]\s*\**\s*$",
    re.IGNORECASE,
)
_RULE = re.compile(r"^[\s>]*(?:[_=*—–-][ ]?){8,200}\s*$")

# Names of header lines inside a body, by meaning.
_FROM = (
    "from|von|de|da|van|od|från|fra|lähettäjä|от|от кого|отправитель|kimden|gönderen|"
    "feladó|expéditeur|remitente|mittente|de la|"
    "发件人|寄件者|寄件人|差出人|送信元|送信者|보낸 사람|보낸사람|từ|dari|από|od koho|reply-to"
)
_SENT = (
    "sent|date|gesendet|datum|envoyé|envoyé le|date d'envoi|enviado|enviado el|enviado em|"
    "enviada em|fecha|data|inviato|data invio|"
    "verzonden|verzonden op|wysłano|data wysłania|skickat|sendt|dato|lähetetty|päivämäärä|"
    "отправлено|дата|odesláno|odoslané|"
    "gönderme tarihi|gönderildi|tarih|elküldve|dátum|trimis|发送时间|发送日期|日期|时间|"
    "寄件日期|寄件時間|傳送時間|送信日時|日付|日時|보낸 날짜|날짜|đã gửi|tanggal|enviat"
)
_TO = (
    "to|an|à|a|para|aan|do|till|til|vastaanottaja|кому|komu|kime|alıcı|címzett|"
    "destinataire|destinatario|către|收件人|收件者|宛先|받는 사람|받는사람|đến|kepada|per"
)
_COPY = "cc|bcc|kopie|copie à|copie|cópia|copia|kopia|dw|udw|копия|másolat|抄送|副本|密送|密件抄送|ccc|참조"
_SUBJECT = (
    "subject|betreff|objet|asunto|oggetto|assunto|onderwerp|temat|ämne|emne|aihe|тема|"
    "předmět|predmet|konu|tárgy|subiect|主题|主題|主旨|件名|제목|chủ đề|"
    "subjek|θέμα|assumpte"
)
_FIELDS = (
    ("from", _FROM),
    ("sent", _SENT),
    ("to", _TO),
    ("copy", _COPY),
    ("subject", _SUBJECT),
    ("other", "reply-to|importance|attachments|organization|sender|newsgroups|message-id"),
)
_FIELD = re.compile(
    r"^[\s>|]*[*_]{0,2}\s*(?:"
    + "|".join(f"(?P<{name}>{words})" for name, words in _FIELDS)
    + r")\s*[*_]{0,2}\s*[:：]\s*[*_]{0,2}(?P<value>.*)$",
    re.IGNORECASE,
)
_BLOCK_LINES = 14
_MAX_BLANKS = 2


def attribution(lines: list[str], index: int) -> tuple[int, bool]:
    """How many lines from `index` are one "... wrote:" line, and is that sure without a quotation after it.

    (0, False) where there is none.
    """
    first = lines[index].strip().lstrip("*_ ")
    if not first or len(first) > _MAX_LENGTH or first.startswith(">"):
        return 0, False
    opens = _OPENS.match(first) is not None
    addressed = _has_address(first)
    reach = _reach(first, opens=opens)
    texts = _joined(lines[index : index + reach]) if reach > 1 else _alone(lines[index])
    for count, joined in enumerate(texts, 1):
        sure = _judge(joined, opens=opens)
        if sure is not None and (count == 1 or opens or addressed):
            return count, sure
    if opens and _DATE.search(first):
        return _unfinished(lines, index)
    return 0, False


def _reach(first: str, *, opens: bool) -> int:
    """Over how many lines may it go on?"""
    if opens:
        return _MAX_JOINED
    return 2 if "@" in first and _ENDS_IN_ADDRESS.search(first) else 1


def _alone(line: str) -> Sequence[str]:
    """As below, of one line that is neither blank nor quoted."""
    text = line.strip()
    return () if text.startswith("-- ") or len(text) > _MAX_LENGTH else (text,)


def _joined(lines: list[str]) -> Iterator[str]:
    """The first line, the first two as one, and so on, as far as they can be one sentence."""
    joined, blanks = "", 0
    for raw in lines:
        line = raw.strip()
        inside_address = joined.count("<") > joined.count(">")
        blanks += not line
        if (line.startswith(">") and not inside_address) or blanks > 1 or line.startswith("-- "):
            return
        joined = f"{joined} {line}".strip()
        if len(joined) > _MAX_LENGTH:
            return
        yield joined


def _judge(text: str, *, opens: bool) -> bool | None:
    """None: no attribution. True: it is one whatever follows. False: only with a quotation after it."""
    if not _ENDS.search(text):
        return _judge_without_colon(text, opens=opens)
    wrote = _WROTE.search(text)
    dated, addressed = _DATE.search(text) is not None, _has_address(text)
    sure: bool | None = None
    if wrote is None:
        if opens and dated and _ENDS_IN_ADDRESS_AND_COLON.search(text):
            sure = True
        elif (addressed and _QUOTING.match(text)) or (opens and dated and _SENT_IT.search(text)):
            sure = False
    elif len(text) - wrote.end() <= _TAIL:
        if dated or addressed:
            sure = opens or addressed
        elif _SOMEBODY.match(text):
            sure = False
    return sure


def _judge_without_colon(text: str, *, opens: bool) -> bool | None:
    """Some clients leave the colon out: then it must begin and end exactly right."""
    said = text.rstrip(" .*_-")
    # Nearly every line of a mail ends here, and is not searched as a whole.
    if not _WROTE.search(said[-_LONGEST_WORD:]):
        return None
    wrote = _WROTE.search(text)
    if wrote is None or not said.endswith(wrote[0]):
        return None
    if _DASHED.match(text):
        return True
    return _DATE.search(text) is not None if opens else None


def _has_address(text: str) -> bool:
    return "@" in text and _EMAIL.search(text) is not None


def _has_colon(line: str) -> bool:
    return ":" in line or "：" in line


def _unfinished(lines: list[str], index: int) -> tuple[int, bool]:
    """A date, a name and an address, neither verb nor colon: counts before a quotation alone."""
    joined = ""
    for count, raw in enumerate(lines[index : index + 2], 1):
        joined = f"{joined} {raw.strip()}".strip()
        if len(joined) < 300 and _ENDS_IN_ADDRESS.search(joined):  # noqa: PLR2004 - one line, perhaps wrapped
            return count, False
    return 0, False


def separator(line: str) -> bool:
    """Is it "-----Original Message-----" or one of its kin?"""
    if len(line) > 300:  # noqa: PLR2004 - no separator is that long
        return False
    return bool(_SEPARATOR.match(line))


def forward(line: str) -> bool:
    """Is it "Forwarded message" between dashes, "Begin forwarded message:", or one of their kin?"""
    if len(line) > 300:  # noqa: PLR2004 - as above
        return False
    return bool(_FORWARD.match(line) or (_has_colon(line) and _BARE_FORWARD.match(line)))


def rule(line: str) -> bool:
    """A line drawn with underscores or dashes."""
    return len(line) <= 300 and bool(_RULE.match(line))  # noqa: PLR2004 - as above


def header_block(lines: list[str], index: int) -> bool:
    """Do From:, Sent:, To:, Subject: lines of an older message begin at `index`?"""
    first = _field(lines[index])
    if first is None or first[0] in {"copy", "other"}:
        return False
    seen = {first[0]: first[1], **_following(lines[index + 1 : index + _BLOCK_LINES])}
    seen[first[0]] = first[1]
    names = seen.keys()
    if len(seen) == 1:  # one line is a sentence
        return False
    dated = _DATE.search(seen.get("sent", "")) is not None
    if {"sent", "to"} <= names and dated and _EMAIL.search(seen["to"]):
        return True
    if "from" not in names and not {"sent", "to", "subject"} <= names:
        return False
    # All four names are a header whatever they say.
    return (
        dated
        or _EMAIL.search(" ".join(seen.values())) is not None
        or {"from", "sent", "to", "subject"} <= names
    )


def _following(lines: list[str]) -> dict[str, str]:
    """The fields at the start of `lines`: single or double spaced, with folded addresses."""
    seen: dict[str, str] = {}
    blanks = 0
    for line in lines:
        if not line.strip(" >|*"):
            blanks += 1
            if blanks > _MAX_BLANKS or (blanks > 1 and seen):
                break
            continue
        found = _field(line)
        if found is not None:
            seen.setdefault(*found)
        elif not line.startswith((" ", "\t")) and not _has_address(line):
            break
    return seen


def _field(line: str) -> tuple[str, str] | None:
    if len(line) > 2_000 or not _has_colon(line):  # noqa: PLR2004 - a recipient list, at most
        return None
    match = _FIELD.match(line)
    if match is None or match.lastgroup is None:
        return None
    name = next(name for name, _ in _FIELDS if match[name])
    return name, match["value"].strip()
