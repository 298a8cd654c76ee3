from django.db import migrations

GUARDS = """
CREATE FUNCTION assignments_are_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'an assignment is written once: take it back by another' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER assignment_is_final BEFORE UPDATE OR DELETE ON transfers_assignment
  FOR EACH ROW EXECUTE FUNCTION assignments_are_final();

CREATE FUNCTION statement_lines_are_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR (to_jsonb(NEW) - ARRAY['state', 'aside_because', 'aside_by_id', 'aside_at'])
      IS DISTINCT FROM (to_jsonb(OLD) - ARRAY['state', 'aside_because', 'aside_by_id', 'aside_at']) THEN
    RAISE EXCEPTION 'a line of a statement is what the bank wrote' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER statement_line_is_final BEFORE UPDATE OR DELETE ON transfers_statementline
  FOR EACH ROW EXECUTE FUNCTION statement_lines_are_final();

CREATE FUNCTION no_more_is_assigned() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE given numeric; came numeric;
BEGIN
  SELECT coalesce(sum(amount), 0) INTO given FROM transfers_assignment WHERE line_id = NEW.line_id;
  SELECT amount INTO came FROM transfers_statementline WHERE id = NEW.line_id;
  IF given < 0 OR given > came THEN
    RAISE EXCEPTION 'line % of % has % assigned', NEW.line_id, came, given USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER no_more_is_assigned_than_came AFTER INSERT ON transfers_assignment
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION no_more_is_assigned();
"""
UNDO = """
DROP TRIGGER no_more_is_assigned_than_came ON transfers_assignment; DROP FUNCTION no_more_is_assigned();
DROP TRIGGER statement_line_is_final ON transfers_statementline; DROP FUNCTION statement_lines_are_final();
DROP TRIGGER assignment_is_final ON transfers_assignment; DROP FUNCTION assignments_are_final();
"""


class Migration(migrations.Migration):
    """The database itself keeps what the bank wrote, and that nothing is given to two orders."""

    dependencies = [("transfers", "0001_initial")]
    operations = [migrations.RunSQL(GUARDS, UNDO)]
