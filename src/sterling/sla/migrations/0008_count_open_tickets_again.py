from django.db import migrations


class Migration(migrations.Migration):
    """Revision 0 is older than any: the worker comes by and notes what the dues are counted on."""

    dependencies = [("sla", "0007_follow_calendars")]
    operations = [
        migrations.RunSQL("UPDATE sla_timeline SET calendar_seq = 0 WHERE live", migrations.RunSQL.noop),
    ]
