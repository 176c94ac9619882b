"""What a fresh installation holds: the shipped catalog and regions. Running it again changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, transaction

from sterling.accounts.queries import region
from sterling.base.actor import SYSTEM
from sterling.core.catalog import shipped
from sterling.core.text import Text
from sterling.plans.actions.catalogs import load_catalog
from sterling.plans.models import CatalogVersion
from sterling.sla.actions.calendars import BEGINNING, create_region
from sterling.sla.actions.lists import follow_country
from sterling.sla.holidays import calendar, years

if TYPE_CHECKING:
    from datetime import datetime

REGIONS = (
    ("default", Text("Default region", "默认区域"), "UTC", None),
    ("americas", Text("Americas", "美洲"), "America/Chicago", "US"),
    ("europe", Text("Europe", "欧洲"), "Europe/Berlin", "DE"),
    ("china", Text("China", "中国"), "Asia/Shanghai", "CN"),
)
LOCK = 7_105_002


@transaction.atomic
def install(*, at: datetime) -> None:
    """Catalog and regions, unless they are there. Safe when several processes start at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    if not CatalogVersion.objects.exists():
        load_catalog(document=shipped().to_dict(), at=BEGINNING, by=SYSTEM)
    for region_id, name, timezone, country in REGIONS:
        if region(region_id) is None:
            create_region(
                region_id=region_id,
                name=name,
                calendar=calendar(timezone=timezone, country=country, years=years(at)),
                is_default=region_id == "default",
                at=at,
                by=SYSTEM,
            )
        if country is not None and (known := region(region_id)) is not None:
            follow_country(region=known, country=country, at=at)
