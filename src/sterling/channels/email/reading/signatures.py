"""Where a signature begins: the delimiter, what phones add, what lists and services append."""

from __future__ import annotations

import re

_DELIMITER = re.compile(r"^\s{0,3}(?:--|__|—-|–)\s{0,4}$|^-- ?\s*$")
_DEVICE = re.compile(
    r"^[\s*_<(\[]*(?:"
    r"sent (?:from|via|with|by|using|on) (?:my |the |a |an )?(?!.{0,60}(?:server|account|"
    r"address|system|office)\b)[\w'’ ,./+()&®™-]{2,60}"
    r"|get outlook for \w+|get bluemail for \w+|download outlook.{0,40}"
    r"|von meinem .{2,40} gesendet|gesendet (?:von|mit|aus) .{2,60}|"
    r"diese nachricht wurde von meinem .{2,60} gesendet"
    r"|envoyé (?:de|depuis|à partir d[e']|avec) .{2,60}|téléchargez outlook.{0,40}|envoye de mon .{2,40}"
    r"|enviado (?:desde|do|de|a partir d[eo]) (?:mi|meu|o|un)? ?.{2,60}|"
    r"obtener outlook para .{2,30}|obter o outlook para .{2,30}"
    r"|inviato (?:da|dal|con|tramite) .{2,60}|scarica outlook.{0,40}"
    r"|verzonden (?:vanaf|met|via|vanuit) .{2,60}|verstuurd vanaf .{2,60}|outlook voor .{2,20} downloaden"
    r"|skickat från .{2,60}|sendt fra .{2,60}|lähetetty .{2,60}(?:sta|stä|lta|ltä)\b.{0,20}"
    r"|wysłan[eoy] (?:z|za pomocą) .{2,60}|odesláno z .{2,60}|отправлено (?:с|из|"
    r"через) .{2,60}|iphone'?umdan gönderildi"
    r"|发自我的.{1,40}|来自我的.{1,40}|从我的.{1,40}发送|发送自.{1,60}|由.{1,30}发送|"
    r"傳送自.{1,40}|從我的.{1,40}傳送|寄自我的.{1,40}|來自我的.{1,40}"
    r"|.{0,20}から送信(?:されました|しました)?|나의 .{1,30}에서 보냄|.{1,30}에서 보냄"
    r")[\s.!>*_)\]]*$",
    re.IGNORECASE,
)
_SERVICE = re.compile(
    r"^[\s*_]*(?:reply to this email directly(?: or|,)|you are receiving this because|"
    r"to unsubscribe from this|"
    r"you received this message because you are subscribed)",
    re.IGNORECASE,
)
_LIST_RULE = re.compile(r"^_{30,80}$")


def delimiter(line: str) -> bool:
    """Is it "-- " alone on its line, or nearly?"""
    return bool(_DELIMITER.match(line))


def device(line: str) -> bool:
    """Is it "Sent from my iPhone", in the languages that phones speak?"""
    return len(line) < 160 and bool(_DEVICE.match(line))  # noqa: PLR2004 - one short line


def service(line: str) -> bool:
    """What a list or a notification service appends."""
    return bool(_SERVICE.match(line))


def list_footer(lines: list[str], index: int) -> bool:
    """A Mailman footer: a rule of underscores, then the list's name and address."""
    if not _LIST_RULE.match(lines[index].strip()):
        return False
    following = [line for line in lines[index + 1 : index + 5] if line.strip()][:3]
    return any("mailing list" in line.lower() or "listinfo" in line.lower() for line in following)
