from django.db import migrations

from sterling.base.sql import append_only, same_organization


class Migration(migrations.Migration):
    dependencies = [("sla", "0001_initial"), ("base", "0002_append_only")]
    operations = [
        append_only("sla_event"),
        append_only("sla_calendarrevision"),
        same_organization("sla_event", "timeline_id", "sla_timeline"),
        same_organization("sla_clock", "timeline_id", "sla_timeline"),
    ]
