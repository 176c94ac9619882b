from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("sla", "0003_alarms")]
    operations = [
        migrations.RunSQL(
            "UPDATE sla_timeline SET alarm_at = computed_until WHERE live", migrations.RunSQL.noop
        ),
    ]
