"""Schema that Django's migrations cannot say: composite foreign keys, append-only tables."""

from __future__ import annotations

from django.db.migrations.operations import RunSQL


def same_organization(
    table: str, column: str, parent: str, *, organization: str = "organization_id"
) -> RunSQL:
    """`table.column` points into `parent` **within one organization**; moving the parent moves the child."""
    name = f"{table}_{column}_same_organization"
    return RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({column}, {organization}) "
        f"REFERENCES {parent} (id, organization_id) ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


APPEND_ONLY_FUNCTION = RunSQL(
    """
    CREATE FUNCTION sterling_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      -- A row may follow its organization when that moves; nothing else ever changes.
      IF TG_OP = 'UPDATE' AND (to_jsonb(OLD) - 'organization_id') = (to_jsonb(NEW) - 'organization_id') THEN
        RETURN NEW;
      END IF;
      RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$
    """,
    "DROP FUNCTION sterling_append_only()",
)


def append_only(table: str) -> RunSQL:
    """Rows of `table` are never changed and never deleted."""
    return RunSQL(
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION sterling_append_only()",
        f"DROP TRIGGER append_only ON {table}",
    )


TRIGRAMS = RunSQL("CREATE EXTENSION IF NOT EXISTS pg_trgm", RunSQL.noop)


def searchable(table: str, column: str) -> RunSQL:
    """Words within `column` are found by an index, upper and lower case alike (Django's `icontains`)."""
    name = f"{table}_{column}_trigrams"
    return RunSQL(
        f"CREATE INDEX {name} ON {table} USING gin (upper({column}) gin_trgm_ops)", f"DROP INDEX {name}"
    )
