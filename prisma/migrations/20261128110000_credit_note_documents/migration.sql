-- Old code: works.

-- A credit note has a document of its own. Its discounts, taxes and totals are shown there alone.
ALTER TABLE credit_notes ADD COLUMN details jsonb;

ALTER TABLE documents DROP CONSTRAINT documents_kind_check;
ALTER TABLE documents ADD CONSTRAINT documents_kind_check CHECK (kind IN ('receipt', 'invoice', 'credit_note'));
