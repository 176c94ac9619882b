"""What is the matter with a mailbox: as an error while it is fetched, and in words for people."""

from __future__ import annotations

from sterling.channels.email.mailboxes.models import Trouble
from sterling.core.text import Text

WORDS: dict[Trouble, Text] = {
    Trouble.SIGN_IN: Text(
        "The server refuses the sign-in: check user and password.", "服务器拒绝登录：请检查用户名和密码。"
    ),
    Trouble.TOKEN: Text(
        "No access token can be had: renew the consent and enter the new refresh token.",
        "无法取得访问令牌：请重新授权，并填写新的刷新令牌。",
    ),
    Trouble.UNREACHABLE: Text(
        "The server cannot be reached: check name, port and encryption.",
        "无法连接服务器：请检查名称、端口和加密方式。",
    ),
    Trouble.FOLDER: Text("The folder cannot be opened: check its name.", "无法打开文件夹：请检查名称。"),
    Trouble.SERVER: Text(
        "The server does not do what was asked; it is tried again.", "服务器未能完成请求，将自动重试。"
    ),
    Trouble.SECRET: Text(
        "The stored secret cannot be opened with this secret key: enter it again.",
        "当前密钥无法打开已保存的密码：请重新填写。",
    ),
    Trouble.SILENT: Text("No mail has come for longer than expected.", "超过预期时间没有来信。"),
    Trouble.EXPIRING: Text(
        "The sign-in is about to lapse: renew it in time.", "登录授权即将到期：请及时更新。"
    ),
    Trouble.NOT_FETCHED: Text(
        "Nobody fetches it: see that sterling fetch runs.", "没有进程在收取：请确认 sterling fetch 正在运行。"
    ),
}


class FetchError(Exception):
    """A mailbox cannot be fetched now. `str()` is what the server said."""

    def __init__(self, trouble: Trouble, detail: str) -> None:
        super().__init__(" ".join(detail.split())[:500])
        self.trouble = trouble

    def in_words(self) -> Text:
        said = str(self)
        words = WORDS[self.trouble]
        return Text(f"{words.en} ({said})", f"{words.zh}（{said}）") if said else words
