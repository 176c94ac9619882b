"""What the fields of forms are called where a refusal stands on a page of its own, away from them."""

from __future__ import annotations

from sterling.core.text import Text

NAMES = {
    "agent": Text("Engineer", "工程师"),
    "body": Text("Text", "内容"),
    "email": Text("Address", "邮箱"),
    "files": Text("Files", "附件"),
    "into": Text("Ticket", "工单"),
    "name": Text("Name", "名称"),
    "note": Text("Note", "备注"),
    "priority": Text("Priority", "优先级"),
    "reason": Text("Reason", "原因"),
    "region": Text("Region", "区域"),
    "status": Text("Status", "状态"),
    "subject": Text("Subject", "主题"),
    "tier": Text("Tier", "级别"),
    "to": Text("To", "发送给"),
    "until": Text("Until", "截止"),
}
