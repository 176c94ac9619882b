"""Forms that did their work, so that one that comes twice does it once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("base", "0003_pieces_of_files")]
    operations = [
        migrations.CreateModel(
            name="SentForm",
            fields=[
                ("form", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("status", models.PositiveSmallIntegerField()),
                ("told", models.JSONField(default=dict)),
                ("at", models.DateTimeField(db_index=True)),
            ],
        ),
    ]
