"""What premium plans add and this version does not do yet: refused where the plan lacks it, else not there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from ninja import Router

from sterling.accounts.access import organization_for
from sterling.api.request import ApiRequest
from sterling.base.errors import NotYours
from sterling.core.text import Text
from sterling.plans import entitled

if TYPE_CHECKING:
    from collections.abc import Callable

router = Router()
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
ORGANIZATIONS = {
    "primaries": "primary_engineer",
}


def not_yet() -> NoReturn:
    raise NotYours(Text("Not yet: a later version answers here.", "暂未提供，后续版本将支持。"))


def _by_plan(entitlement: str) -> Callable[[ApiRequest, str], None]:
    def answer(request: ApiRequest, organization_id: str) -> None:
        organization = organization_for(request.viewer, organization_id)
        entitled.require(entitled.held(organization.pk, request.at), entitlement)
        not_yet()

    return answer


for _path, _entitlement in ORGANIZATIONS.items():
    router.add_api_operation(
        f"/organizations/{{organization_id}}/{_path}",
        METHODS,
        _by_plan(_entitlement),
        include_in_schema=False,
        url_name=f"later-{_path.replace('/', '-')}",
    )
