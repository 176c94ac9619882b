from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sla", "0015_rota_gaps")]
    operations = [
        migrations.AddField(model_name="alarm", name="to_raise", field=models.BooleanField(default=False)),
        migrations.AddIndex(
            model_name="alarm",
            index=models.Index(condition=models.Q(("to_raise", True)), fields=["id"], name="alarm_to_raise"),
        ),
    ]
