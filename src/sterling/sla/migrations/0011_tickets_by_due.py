from datetime import UTC, datetime

from django.db import migrations, models
from django.db.models.functions import Coalesce


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("sla", "0010_ended_clocks"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="timeline",
            index=models.Index(
                Coalesce(
                    "next_due",
                    models.Value(datetime(9999, 1, 1, tzinfo=UTC), output_field=models.DateTimeField()),
                ),
                "id",
                name="timeline_by_due",
            ),
        ),
    ]
