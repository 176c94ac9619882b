"""Why a mail did not arrive, in words: from the codes of RFC 3463 and RFC 5321, else from what servers write."""

from __future__ import annotations

import re

from sterling.core.text import Text

_CODE = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_WORDS = (
    (
        r"mailbox (?:is )?full|over ?quota|quota exceeded|insufficient storage",
        Text("The mailbox is full.", "对方邮箱已满。"),
    ),
    (
        (
            r"user unknown|no such user|unknown (?:user|recipient|mailbox)|mailbox (?:unavailable|not found)|"
            r"does not exist|recipient rejected|no mailbox"
        ),
        Text("There is no such mailbox.", "对方邮箱不存在。"),
    ),
    (
        r"too (?:big|large)|size limit|exceeds? (?:the )?(?:maximum )?(?:message )?size",
        Text("The mail is too large for the other server.", "邮件过大，对方服务器拒收。"),
    ),
    (
        r"spam|blocked|black ?list|reputation|policy|dmarc|spf|dkim",
        Text(
            "The other server refuses our mail by its rules. Ask the recipient, or check SPF, DKIM and DMARC.",
            "对方服务器按其规则拒收。请联系收件人，或检查 SPF、DKIM 与 DMARC。",
        ),
    ),
    (
        r"grey ?list|try again later|temporar|rate limit|too many",
        Text("The other server asks to try later.", "对方服务器要求稍后再试。"),
    ),
    (
        r"authenticat|credential|\b535\b|\b530\b",
        Text(
            "Our mail server refused the sign-in. Check STERLING_SMTP_URL.",
            "发信服务器拒绝登录，请检查 STERLING_SMTP_URL。",
        ),
    ),
    (
        r"refused|timed out|unreachable|reset|name or service|getaddrinfo|closed",
        Text("Our mail server cannot be reached.", "无法连接发信服务器。"),
    ),
)
_BY_CODE = {
    "1.1": _WORDS[1][1],
    "1.2": Text("There is no such domain.", "对方域名不存在。"),
    "1.3": Text("The address is not written correctly.", "收件地址格式有误。"),
    "1.6": Text("The mailbox has moved.", "对方邮箱已迁移。"),
    "1.10": Text("The domain takes no mail.", "该域名不接收邮件。"),
    "2.1": Text("The mailbox is switched off.", "对方邮箱已停用。"),
    "2.2": _WORDS[0][1],
    "2.3": _WORDS[2][1],
    "3.4": _WORDS[2][1],
    "4.1": Text("The other server does not answer.", "对方服务器没有响应。"),
    "4.4": Text("The mail cannot be routed there.", "邮件无法路由至对方。"),
    "4.6": Text("The mail went round in a loop.", "邮件陷入循环投递。"),
    "4.7": Text("The other server could not be reached for too long.", "长时间无法送达对方服务器。"),
    "7.1": _WORDS[3][1],
}
_LATER = _WORDS[4][1]
_BY_CLASS = {"7": _WORDS[3][1]}


def words_for(error: str) -> Text | None:
    """In words why; None where nothing is known beyond what the server wrote."""
    code = _CODE.search(error)
    if code and (code[1], code[2]) == ("4", "7"):  # greylisted, mostly
        return _LATER
    if code:
        said = _BY_CODE.get(f"{code[2]}.{code[3]}") or _BY_CLASS.get(code[2])
        if said:
            return said
    return next((text for pattern, text in _WORDS if re.search(pattern, error, re.IGNORECASE)), None)
