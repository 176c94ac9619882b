"""Bytes to text, whatever the label says. Nothing here raises."""

from __future__ import annotations

import codecs
import re

# What senders write -> what they mean. The superset is always taken: GB2312 in mail is GB18030 in truth.
_ALIASES = {
    "gb2312": "gb18030",
    "gb-2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "euc-cn": "gb18030",
    "hz-gb-2312": "hz",
    "big5": "cp950",
    "x-big5": "cp950",
    "big5-hkscs": "big5hkscs",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "cp932": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-8-i": "iso8859_8",
    "iso-8859-8-e": "iso8859_8",
    "iso-8859-6-i": "iso8859_6",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "utf8mb4": "utf-8",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic",
    "windows-874": "cp874",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
}
# Codecs that take almost any bytes, and so also UTF-8 that was mislabelled.
_PERMISSIVE = {"gb18030", "cp950", "cp949", "cp932", "cp1252"}
# Only these families: a label may never reach a codec that is no charset (zlib, idna, unicode_escape).
_FAMILIES = re.compile(
    r"(utf|iso|cp|gb|big5|koi8|mac|euc|shift|johab|hz|ptcp154|tis|latin|kz1048|hp_roman8)", re.ASCII
)
_PLAIN = {
    "",
    "us-ascii",
    "ascii",
    "ansi_x3.4-1968",
    "7bit",
    "8bit",
    "binary",
    "unknown",
    "unknown-8bit",
    "x-unknown",
    "default",
}
_ISO_2022_JP = re.compile(rb"\x1b(?:\$[@B]|\([BJI])")
_HIRAGANA = re.compile(r"[\u3041-\u3096]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_HIGH = re.compile(rb"[\x80-\xff]")
# The hundred characters that most Chinese sentences use: a wrong guess almost never makes them.
_COMMON_HAN = set(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多"
    "经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日请您谢邮件题问系统件无户收服务公司先生订单號這個們來時為會說對後發"
)
# A share of replaced characters above which a UTF-8 label is a lie.
_LIE = 0.15
# The share of hiragana from which text counts as Japanese.
_KANA = 0.2
# The share of everyday characters from which text counts as Chinese.
_COMMON = 0.1


def codec_for(label: str) -> str | None:
    """The Python codec that a charset label means, or None for unlabelled and unknown ones."""
    name = label.strip().strip("\"'").split("*", 1)[0].strip().lower()[:40]
    if name in _PLAIN:
        return None
    if name in _ALIASES:
        return _ALIASES[name]
    name = re.sub(r"^(?:charset=|x-)", "", name)
    name = re.sub(r"^(?:cp-?|ibm-?|windows-?|win-?)(?=\d)", "cp", name)
    if name in _ALIASES:
        return _ALIASES[name]
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError, UnicodeError):
        return None
    return found if _FAMILIES.match(found) else None


def guess(data: bytes, hint: str = "") -> str:
    """Text of bytes without a usable label: UTF-8, then the codec `hint`, then Chinese, then Windows Latin."""
    if not _HIGH.search(data):
        return data.decode("iso2022_jp_ext" if _ISO_2022_JP.search(data) else "ascii", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 3:  # cut off within the last character
            return data[: error.start].decode("utf-8", "replace")
    if hint:
        try:
            return data.decode(hint)
        except (UnicodeError, ValueError, LookupError):
            pass
    return data.decode(likely(data), "replace")


def likely(data: bytes) -> str:
    """The codec that 8-bit bytes which are not UTF-8 are probably in."""
    high = len(_HIGH.findall(data))
    best, best_share = "cp1252", _COMMON
    for codec in ("gb18030", "cp950"):
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        # A pair of high bytes is one character; accented Latin gives few and odd ones.
        share = _everyday(text) if len(_HAN.findall(text)) * 4 >= high else 0.0
        if share >= best_share and (codec == "gb18030" or share > best_share):
            best, best_share = codec, share
    return best if best_share > _COMMON else _japanese(data, high) or best


def _japanese(data: bytes, high: int) -> str:
    """The older Japanese codec that gives enough hiragana, which no other language has; "" where none does."""
    shares = {}
    for codec in ("cp932", "euc_jp"):
        try:
            shares[codec] = 2 * len(_HIRAGANA.findall(data.decode(codec))) / max(1, high)
        except UnicodeDecodeError:
            continue
    best = max(shares, key=lambda codec: shares[codec], default="")
    return best if best and shares[best] >= _KANA else ""


def decode(data: bytes, label: str = "") -> str:
    """Text of `data` labelled with the charset `label`. Undecodable bytes become U+FFFD; never raises."""
    return storable(_decode(data, label))


def storable(text: str) -> str:
    """`text` as a database takes it: without NUL and without halves of surrogate pairs (UTF-7 and JSON make them)."""
    return _SURROGATE.sub("\ufffd", text.replace("\x00", ""))


def _decode(data: bytes, label: str) -> str:
    codec = codec_for(label)
    if codec is None:
        return guess(data)
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        return _repaired(data, codec)
    except (UnicodeError, ValueError, LookupError):
        return guess(data)
    if codec in _PERMISSIVE and _HIGH.search(data):
        return _really_utf8(data, text) or text
    return text


def _repaired(data: bytes, codec: str) -> str:
    high = len(_HIGH.findall(data))
    if codec in {"iso2022_jp_ext", "hz"}:
        return guess(data) if high else data.decode(codec, "replace")
    text = data.decode(codec, "replace")
    if codec in _PERMISSIVE:
        other = data.decode("utf-8", "replace")
        if other.count("\ufffd") * 3 < high and _everyday(other) > _everyday(text):
            return other
    if high and text.count("\ufffd") > high * _LIE:
        other = guess(data)
        if other.count("\ufffd") < text.count("\ufffd"):
            return other
    return text


def _really_utf8(data: bytes, text: str) -> str:
    """UTF-8 under another label, which that label's codec took without complaint; "" where it is not."""
    try:
        other = data.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    if len(other) >= len(text):  # UTF-8 is longer: right, it gives fewer characters
        return ""
    return other if _everyday(other) >= _everyday(text) else ""


def _everyday(text: str) -> float:
    """The share of everyday Chinese among Chinese characters; 0 where there are none."""
    characters = _HAN.findall(text)
    return sum(character in _COMMON_HAN for character in characters) / len(characters) if characters else 0.0


def script(text: str) -> str:
    """The language by script: "zh" for mostly Chinese characters without kana, else "en"."""
    sample = text[:4000]
    han = len(_HAN.findall(sample))
    if not han or re.search(r"[\u3040-\u30ff]", sample):
        return "en"
    latin = len(re.findall(r"[A-Za-z]+", sample))
    return "zh" if han >= latin else "en"
