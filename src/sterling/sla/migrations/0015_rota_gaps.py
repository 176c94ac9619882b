from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sla", "0014_look_at_live_tickets")]
    operations = [
        migrations.CreateModel(
            name="RotaGaps",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("gaps", models.PositiveIntegerField()),
                ("counted_at", models.DateTimeField()),
            ],
        ),
    ]
