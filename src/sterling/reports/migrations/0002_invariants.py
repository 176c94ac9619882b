from django.db import migrations

# What was measured never changes; what was published changes no more. A row may follow its organization.
FIGURES_STAND = migrations.RunSQL(
    """
    CREATE FUNCTION sterling_report_stands() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
      words text[] := '{organization_id,summary,asks,aim,causes,language,state,published_at,published_by,version}';
    BEGIN
      IF TG_OP = 'UPDATE' THEN
        IF OLD.state = 'published' THEN
          words := '{organization_id}';
        END IF;
        IF (to_jsonb(OLD) - words) = (to_jsonb(NEW) - words) THEN
          RETURN NEW;
        END IF;
      END IF;
      RAISE EXCEPTION 'a report stands as it was made' USING ERRCODE = 'restrict_violation';
    END $$;
    CREATE TRIGGER report_stands BEFORE UPDATE OR DELETE ON reports_report
      FOR EACH ROW EXECUTE FUNCTION sterling_report_stands();
    """,
    "DROP TRIGGER report_stands ON reports_report; DROP FUNCTION sterling_report_stands();",
)


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial")]
    operations = [FIGURES_STAND]
