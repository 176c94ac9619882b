"""The fields of a mailbox's form as the page shows them: sections, labels, help, choices."""

from __future__ import annotations

from dataclasses import dataclass

from sterling.channels.email.mailboxes.models import Mailbox
from sterling.core.text import Text
from sterling.desk.mailbox_form import Typed, region_choices

Choices = tuple[tuple[str, Text], ...]


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    label: Text
    kind: str = "text"
    help: Text | None = None
    choices: Choices = ()
    value: str = ""
    kept: str = ""
    has_stored: bool = False
    error: Text | None = None


@dataclass(frozen=True, slots=True)
class Section:
    title: Text
    fields: tuple[Field, ...]
    about: Text | None = None


KINDS: Choices = (
    ("imap", Text("We fetch it by IMAP", "通过 IMAP 收取")),
    ("listener", Text("Our own listener takes its mail", "由本系统直接接收")),
)
SECURITIES: Choices = (
    ("tls", Text("TLS (usual port 993)", "TLS（通常为 993 端口）")),
    ("starttls", Text("STARTTLS (usual port 143)", "STARTTLS（通常为 143 端口）")),
    ("none", Text("None, on this machine only", "不加密，仅限本机")),
)
SIGN_INS: Choices = (
    ("password", Text("Password", "密码")),
    ("oauth2", Text("OAuth2 (XOAUTH2)", "OAuth2（XOAUTH2）")),
)
AFTERWARDS: Choices = (
    ("keep", Text("Keep it there, marked as seen", "保留，标为已读")),
    ("move", Text("Move it to a folder", "移入文件夹")),
    ("delete", Text("Delete it there", "从服务器删除")),
)
LANGUAGES: Choices = (
    ("", Text("By the script of the mail", "按来信文字判断")),
    ("en", Text("English", "英文")),
    ("zh", Text("Chinese", "中文")),
)
KEEPS = Text("Stored and never shown; leave empty to keep it.", "已加密保存，不再显示；留空则不变。")


def sections(typed: Typed, mailbox: Mailbox | None) -> list[Section]:
    def made(name: str, en: str, zh: str, kind: str = "text", **more: object) -> Field:
        stored = bool(mailbox is not None and kind == "secret" and getattr(mailbox, name))
        return Field(
            name,
            Text(en, zh),
            kind,
            value="" if kind == "secret" else typed.values.get(name, ""),
            kept=typed.kept.get(name, ""),
            has_stored=stored,
            error=typed.errors.get(name),
            **({"help": KEEPS} if stored else {}) | more,  # type: ignore[arg-type]  # of the fields above
        )

    return [
        Section(
            Text("Address", "地址"),
            (
                made("name", "Name", "名称"),
                made("addresses", "Addresses, one a line", "收信地址，每行一个", "lines",
                     help=Text("Mail to address+anything comes here too.", "发往“地址+任意内容”的邮件也会收到。")),
                made("kind", "How does its mail come?", "邮件如何到达？", "choice", choices=KINDS),
                made("region", "Region of unknown senders", "陌生发件人的区域", "choice",
                     choices=tuple(region_choices())),
                made("language", "Language of unknown senders", "陌生发件人的语言", "choice", choices=LANGUAGES),
            ),
        ),
        Section(
            Text("Server", "服务器"),
            (
                made("host", "Server", "服务器"),
                made("port", "Port", "端口", "number"),
                made("security", "Encryption", "加密方式", "choice", choices=SECURITIES),
                made("user", "User", "用户名"),
                made("sign_in", "Sign-in", "登录方式", "choice", choices=SIGN_INS),
                made("password", "Password", "密码", "secret"),
                made("folder", "Folder", "文件夹"),
                made("afterwards", "Once a mail is safely here", "邮件保存后", "choice", choices=AFTERWARDS),
                made("move_to", "Move to", "移入"),
                made("takes_existing", "Take the mail that is there already, too", "同时收取已有邮件", "check"),
            ),
            Text("For mail that we fetch by IMAP.", "用于通过 IMAP 收取的邮箱。"),
        ),
        Section(
            Text("OAuth2", "OAuth2"),
            (
                made("token_url", "Token address", "令牌地址"),
                made("client_id", "Client", "客户端 ID"),
                made("client_secret", "Client secret", "客户端密钥", "secret"),
                made("refresh_token", "Refresh token", "刷新令牌", "secret"),
                made("scope", "Scope", "权限范围"),
                made("sign_in_expires", "The sign-in lapses on", "登录授权到期日", "date",
                     help=Text("You are told 14 days ahead.", "提前 14 天提醒。")),
            ),
            Text("For servers that want no password.", "用于不使用密码登录的服务器。"),
        ),
        Section(
            Text("Limits and warnings", "限制与提醒"),
            (
                made("silent_after_hours", "Warn after hours without mail", "多少小时没有来信时提醒",
                     "number"),
                made("size_limit", "Largest mail, in MB (at most 25)", "单封邮件上限（MB，最多 25）"),
                made("file_limit", "Largest file, in MB", "单个文件上限（MB）"),
                made("refused_types", "Files that are not accepted", "不接收的文件类型",
                     help=Text("Endings or types: exe, js, application/zip. Their senders hear of it.",
                               "扩展名或类型，例如 exe、js、application/zip。发件人会收到说明。")),
            ),
        ),
    ]  # fmt: skip
