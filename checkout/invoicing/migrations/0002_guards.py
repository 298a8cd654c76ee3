from django.db import migrations

GUARDS = """
CREATE FUNCTION documents_are_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a document is written once: correct it by a credit note' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER document_is_final BEFORE UPDATE OR DELETE ON invoicing_document
  FOR EACH ROW EXECUTE FUNCTION documents_are_final();
CREATE TRIGGER document_line_is_final BEFORE UPDATE OR DELETE ON invoicing_documentline
  FOR EACH ROW EXECUTE FUNCTION documents_are_final();

CREATE FUNCTION numbers_have_no_gap() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.number < 1 OR NEW.number > 1 AND NOT EXISTS (
    SELECT 1 FROM invoicing_document WHERE series_id = NEW.series_id AND number = NEW.number - 1
  ) THEN
    RAISE EXCEPTION 'number % would leave a gap in series %', NEW.number, NEW.series_id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER document_leaves_no_gap BEFORE INSERT ON invoicing_document
  FOR EACH ROW EXECUTE FUNCTION numbers_have_no_gap();

CREATE FUNCTION documents_sum_their_lines() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wanted invoicing_document;
BEGIN
  SELECT * INTO wanted FROM invoicing_document WHERE id = CASE TG_TABLE_NAME
    WHEN 'invoicing_document' THEN NEW.id ELSE (to_jsonb(NEW)->>'document_id')::bigint END;
  IF (SELECT (coalesce(sum(net), 0), coalesce(sum(tax), 0)) IS DISTINCT FROM (wanted.net, wanted.tax)
      FROM invoicing_documentline WHERE document_id = wanted.id) THEN
    RAISE EXCEPTION 'document % is not the sum of its lines', wanted.name USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER document_sums_its_lines AFTER INSERT ON invoicing_document
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION documents_sum_their_lines();
CREATE CONSTRAINT TRIGGER document_line_is_in_the_sum AFTER INSERT ON invoicing_documentline
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION documents_sum_their_lines();

CREATE FUNCTION no_more_is_given_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.of_id IS NOT NULL AND EXISTS (
    SELECT 1 FROM invoicing_documentline invoiced WHERE invoiced.id = NEW.of_id AND (
      invoiced.net < (SELECT sum(net) FROM invoicing_documentline WHERE of_id = NEW.of_id) OR
      invoiced.tax < (SELECT sum(tax) FROM invoicing_documentline WHERE of_id = NEW.of_id))
  ) THEN
    RAISE EXCEPTION 'more of line % is given back than was invoiced', NEW.of_id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER document_line_is_given_back_once AFTER INSERT ON invoicing_documentline
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION no_more_is_given_back();
"""
UNDO = """
DROP TRIGGER document_line_is_given_back_once ON invoicing_documentline; DROP FUNCTION no_more_is_given_back();
DROP TRIGGER document_line_is_in_the_sum ON invoicing_documentline; DROP TRIGGER document_sums_its_lines ON invoicing_document;
DROP FUNCTION documents_sum_their_lines();
DROP TRIGGER document_leaves_no_gap ON invoicing_document; DROP FUNCTION numbers_have_no_gap();
DROP TRIGGER document_line_is_final ON invoicing_documentline; DROP TRIGGER document_is_final ON invoicing_document;
DROP FUNCTION documents_are_final();
"""


class Migration(migrations.Migration):
    """The database itself keeps the documents: final, numbered without gaps, the sum of their lines, given back once."""

    dependencies = [("invoicing", "0001_initial")]
    operations = [migrations.RunSQL(GUARDS, UNDO)]
