"""Refusals as problem documents (RFC 9457): one shape for everything that goes wrong."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse

from sterling.api.language import chosen
from sterling.base.errors import (
    CapReached,
    Clashed,
    Invalid,
    NamesFound,
    NotEntitled,
    Overtaken,
    SterlingError,
)
from sterling.core.text import Text

if TYPE_CHECKING:
    from django.http import HttpRequest

MEDIA_TYPE = "application/problem+json"
TYPES = "/api/v1/problems/"

# kind -> (title, what it means and what to do). The kind ends the problem's type and never changes.
KINDS: dict[str, tuple[Text, Text]] = {
    "no-token": (
        Text("A token is needed", "需要令牌"),
        Text(
            "Send `Authorization: Bearer TOKEN` with a token that is neither revoked nor expired.",
            "请在请求头中携带 `Authorization: Bearer 令牌`，且令牌未被吊销、未过期。",
        ),
    ),
    "malformed": (
        Text("The request cannot be read", "无法读取该请求"),
        Text("The body must be one JSON document in UTF-8.", "请求体必须是一份 UTF-8 编码的 JSON。"),
    ),
    "too-large": (
        Text("The request is too large", "请求过大"),
        Text("A message holds at most 25 MB of files.", "每条消息的附件总计不超过 25 MB。"),
    ),
    "no-length": (
        Text("The length is missing", "缺少长度"),
        Text("Send `Content-Length`, not a body in chunks.", "请携带 `Content-Length`，不要分块发送请求体。"),
    ),
    "not-found": (
        Text("Not found", "未找到"),
        Text(
            "There is no such thing, or it is not yours; the two are never told apart.",
            "对象不存在，或不属于您；系统不区分这两种情况。",
        ),
    ),
    "method": (
        Text("Not this method", "不支持此方法"),
        Text(
            "The header `Allow` lists the methods that this address takes.",
            "响应头 `Allow` 列出了可用的方法。",
        ),
    ),
    "not-allowed": (
        Text("Not allowed", "没有权限"),
        Text("You may see this but not do that.", "您可以查看，但不能执行此操作。"),
    ),
    "entitlement": (
        Text("Not included in the plan", "计划不包含此项"),
        Text(
            "`entitlement`, `plan` and `remedy` say what is missing and what would bring it; "
            "with `limit` it is included up to that number, which is used up.",
            "`entitlement`、`plan`、`remedy` 说明缺少哪一项、当前计划以及如何获得；若带有 `limit`，表示已包含但名额用完。",
        ),
    ),
    "conflict": (
        Text("Not in this state", "当前状态不允许"),
        Text("The state of things forbids it now.", "当前状态下不能执行此操作。"),
    ),
    "response-owed": (
        Text("A reply is owed", "尚欠客户回复"),
        Text(
            "A ticket is not solved or closed while the customer waits: answer, or say why no reply is needed.",
            "客户仍在等待时不能解决或关闭工单：请先回复，或说明为何无须回复。",
        ),
    ),
    "overtaken": (
        Text("Somebody spoke meanwhile", "期间有新消息"),
        Text(
            "Read what was said since the message named in `seen`, then send again with `latest` as `seen`.",
            "请先阅读 `seen` 之后的消息，再以 `latest` 作为 `seen` 重新发送。",
        ),
    ),
    "clash": (
        Text("Somebody wrote there meanwhile", "期间他人修改了同一部分"),
        Text(
            "Nothing was overwritten. Join `yours` and `theirs`, then save with `version` as `knows`.",
            "未覆盖任何内容。请合并 `yours` 与 `theirs`，再以 `version` 作为 `knows` 保存。",
        ),
    ),
    "names-found": (
        Text("It may name other customers", "可能提到了其他客户"),
        Text(
            "`suspects` lists where and whose. Change the words, or publish again with `names_checked`.",
            "`suspects` 列出出现的位置及所属客户。请修改文字，或核对后携带 `names_checked` 再次发布。",
        ),
    ),
    "message-required": (
        Text("A message is required", "需要同时写消息"),
        Text(
            "At this priority a status changes only together with a public message.",
            "该优先级的状态变更必须与一条公开消息一起保存。",
        ),
    ),
    "stale": (
        Text("Changed meanwhile", "已被他人修改"),
        Text(
            "Read it again, then repeat with the new ETag in `If-Match`.", "请重新读取，再用新的 ETag 重试。"
        ),
    ),
    "invalid": (
        Text("Invalid input", "输入无效"),
        Text(
            "`errors` names every field at fault and what to do.", "`errors` 列出每个有问题的字段及处理办法。"
        ),
    ),
    "key-in-use": (
        Text("Still running", "仍在处理"),
        Text(
            "A request with this Idempotency-Key is being handled; repeat it in a moment.",
            "携带同一 Idempotency-Key 的请求正在处理，请稍后重试。",
        ),
    ),
    "key-reused": (
        Text("Key used before", "键已被使用"),
        Text(
            "An Idempotency-Key stands for one request only; take a new one for another request.",
            "一个 Idempotency-Key 只对应一个请求；不同的请求请换用新的键。",
        ),
    ),
    "unavailable": (
        Text("Not at this moment", "暂时不可用"),
        Text(
            "Repeat the request after the seconds in `Retry-After`; with an `Idempotency-Key` it does nothing twice.",
            "请在 `Retry-After` 指明的秒数之后重试；携带 `Idempotency-Key` 时不会重复执行。",
        ),
    ),
    "failed": (
        Text("Something failed", "出现故障"),
        Text(
            "Nothing was changed. The server's log says what went wrong.",
            "没有做任何更改。故障原因已记入服务器日志。",
        ),
    ),
}


class Malformed(SterlingError):
    """What came is not JSON."""

    kind = "malformed"
    status = 400


class TooLarge(SterlingError):
    kind = "too-large"
    status = 413

    def __init__(self) -> None:
        super().__init__(KINDS["too-large"][1])


class NoLength(SterlingError):
    """A body in chunks would be read as empty by the web process; better to say so."""

    kind = "no-length"
    status = 411

    def __init__(self) -> None:
        super().__init__(KINDS["no-length"][1])


class KeyInUse(SterlingError):
    kind = "key-in-use"
    status = 409

    def __init__(self) -> None:
        super().__init__(KINDS["key-in-use"][1])


class KeyReused(SterlingError):
    kind = "key-reused"
    status = 422

    def __init__(self) -> None:
        super().__init__(KINDS["key-reused"][1])


def problem(request: HttpRequest, kind: str, status: int, detail: Text, **more: Any) -> HttpResponse:
    """The document, in the request's language. `more` are members of this kind of problem."""
    language = getattr(request, "language", None) or chosen(request)
    title = KINDS[kind][0] if kind in KINDS else Text("Refused", "已拒绝")
    document = {
        "type": f"{TYPES}{kind}",
        "title": title.to(language),
        "status": status,
        "detail": detail.to(language),
        **{name: value.to(language) if isinstance(value, Text) else value for name, value in more.items()},
    }
    response = HttpResponse(json.dumps(document, ensure_ascii=False), status=status, content_type=MEDIA_TYPE)
    response["Content-Language"] = language
    return response


def refusal(request: HttpRequest, error: SterlingError) -> HttpResponse:
    """What the product refused, with all that its error carries."""
    more: dict[str, Any] = {}
    if isinstance(error, Invalid):
        language = getattr(request, "language", None) or chosen(request)
        more["errors"] = [{"field": one.field, "message": one.text.to(language)} for one in error.errors]
    if isinstance(error, NotEntitled):
        more |= {"entitlement": error.entitlement, "plan": error.plan, "remedy": error.remedy}
    if isinstance(error, Overtaken):
        more["latest"] = str(error.latest)
    if isinstance(error, Clashed):
        more |= {"yours": error.yours, "theirs": error.theirs, "version": error.version}
    if isinstance(error, NamesFound):
        more["suspects"] = error.suspects
    if isinstance(error, CapReached):
        more["limit"] = error.limit
    return problem(request, error.kind, error.status, error.text, **more)


def no_token(request: HttpRequest) -> HttpResponse:
    response = problem(request, "no-token", 401, KINDS["no-token"][1])
    response["WWW-Authenticate"] = 'Bearer realm="sterling"'
    return response


def nothing_here(request: HttpRequest) -> HttpResponse:
    return problem(request, "not-found", 404, Text("There is nothing at this address.", "该地址没有内容。"))


def unavailable(request: HttpRequest) -> HttpResponse:
    response = problem(request, "unavailable", 503, KINDS["unavailable"][1])
    response["Retry-After"] = "2"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    return problem(request, "failed", 500, KINDS["failed"][1])


def wrong_method(request: HttpRequest, allowed: str) -> HttpResponse:
    response = problem(
        request,
        "method",
        405,
        Text(f"This address takes {allowed}.", f"该地址支持的方法：{allowed}。"),
    )
    response["Allow"] = allowed
    return response
