from django.db import migrations

GUARDS = """
CREATE FUNCTION packing_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what was packed is written once: write another record' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER packing_record_append_only BEFORE UPDATE OR DELETE ON packing_packingrecord
  FOR EACH ROW EXECUTE FUNCTION packing_is_append_only();
"""
UNDO = """
DROP TRIGGER packing_record_append_only ON packing_packingrecord; DROP FUNCTION packing_is_append_only();
"""


class Migration(migrations.Migration):
    """The database itself keeps the record of what was packed."""

    dependencies = [("packing", "0001_packing_bench")]
    operations = [migrations.RunSQL(GUARDS, UNDO)]
