from django.db import migrations

from sterling.base.sql import append_only


class Migration(migrations.Migration):
    dependencies = [("plans", "0003_catalog_drafts"), ("base", "0002_append_only")]
    operations = [append_only("plans_catalogedit"), append_only("plans_catalogwithdrawal")]
