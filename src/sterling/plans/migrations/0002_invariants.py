from django.db import migrations

from sterling.base.sql import append_only, same_organization


class Migration(migrations.Migration):
    dependencies = [("plans", "0001_initial"), ("base", "0002_append_only")]
    operations = [
        append_only("plans_catalogversion"),
        append_only("plans_contractchange"),
        same_organization("plans_contractchange", "contract_id", "plans_contract"),
    ]
