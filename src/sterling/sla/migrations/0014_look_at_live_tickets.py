from django.db import migrations

from sterling.base.sql import same_organization

# What was confirmed before nudges were written is looked at once, where the ticket still goes on.
LOOK = """
INSERT INTO sla_nudge (timeline_id, organization_id, room)
SELECT DISTINCT timeline.id, timeline.organization_id, 'rca'
  FROM sla_timeline AS timeline JOIN sla_event AS event ON event.timeline_id = timeline.id
 WHERE timeline.live AND event.type IN ('confirmed', 'priority')
"""


class Migration(migrations.Migration):
    dependencies = [("sla", "0013_nudges")]
    operations = [
        same_organization("sla_nudge", "timeline_id", "sla_timeline"),
        migrations.RunSQL(LOOK, migrations.RunSQL.noop),
    ]
