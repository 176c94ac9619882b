from django.db import migrations

from sterling.base.sql import append_only, same_organization


class Migration(migrations.Migration):
    dependencies = [("plans", "0005_contract_terms"), ("base", "0002_append_only")]
    operations = [
        append_only("plans_quote"),
        append_only("plans_segmentproof"),
        same_organization("plans_contractnotice", "contract_id", "plans_contract"),
    ]
