from django.db import migrations

GUARDS = """
CREATE FUNCTION book_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the book is append-only: write a correcting entry' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER entry_append_only BEFORE UPDATE OR DELETE ON book_entry
  FOR EACH ROW EXECUTE FUNCTION book_is_append_only();
CREATE TRIGGER posting_append_only BEFORE UPDATE OR DELETE ON book_posting
  FOR EACH ROW EXECUTE FUNCTION book_is_append_only();
CREATE FUNCTION book_balances() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM book_posting WHERE entry_id = NEW.entry_id
             GROUP BY currency HAVING sum(amount) <> 0) THEN
    RAISE EXCEPTION 'book entry % does not balance', NEW.entry_id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER posting_balances AFTER INSERT ON book_posting
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION book_balances();
"""
UNDO = """
DROP TRIGGER posting_balances ON book_posting; DROP FUNCTION book_balances();
DROP TRIGGER posting_append_only ON book_posting; DROP TRIGGER entry_append_only ON book_entry;
DROP FUNCTION book_is_append_only();
"""


class Migration(migrations.Migration):
    """The database itself keeps the book: no row changes or goes, no entry fails to balance."""

    dependencies = [("book", "0001_initial")]
    operations = [migrations.RunSQL(GUARDS, UNDO)]
