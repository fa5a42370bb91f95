-- Old code: works.

-- The open dead letters of a cause, and the first and the last of any. Redriven ones stay, so they are many.
CREATE INDEX webhook_dead_letters_open ON webhook_dead_letters (fingerprint, id) WHERE redriven_at IS NULL;
-- CreateIndex
CREATE INDEX "webhook_dead_letters_fingerprint_failed_at_idx" ON "webhook_dead_letters"("fingerprint", "failed_at");
-- DropIndex
DROP INDEX "webhook_dead_letters_fingerprint_idx";

-- The audit by person, by state, and by the cause that an action is about. Actions are kept for ever.
-- CreateIndex
CREATE INDEX "operator_actions_actor_id_idx" ON "operator_actions"("actor", "id");
-- CreateIndex
CREATE INDEX "operator_actions_state_id_idx" ON "operator_actions"("state", "id");
CREATE INDEX operator_actions_fingerprint ON operator_actions ((filter ->> 'fingerprint'), id) WHERE filter ->> 'fingerprint' IS NOT NULL;

-- The same answers. `OFFSET 0`: the rows with the address are found by its index, and only then put in order.
CREATE OR REPLACE FUNCTION sluice_find_address(address text) RETURNS TABLE (kind text, id text)
LANGUAGE sql STABLE SECURITY DEFINER ROWS 20
BEGIN ATOMIC
  (SELECT 'user', own.id FROM (SELECT u.id FROM users u WHERE lower(u.email) = lower(address) OFFSET 0) AS own
    ORDER BY own.id LIMIT 20)
  UNION ALL (SELECT 'customer', own.id FROM (
      SELECT c.stripe_customer_id AS id FROM customers c WHERE lower(c.email) = lower(address) OFFSET 0) AS own
    ORDER BY own.id LIMIT 20)
  UNION ALL (SELECT 'reference', own.id FROM (
      SELECT r.reference AS id FROM payment_references r WHERE lower(r.email) = lower(address) OFFSET 0) AS own
    ORDER BY own.id LIMIT 20)
  UNION ALL (SELECT 'session', own.id FROM (
      SELECT s.stripe_checkout_session_id AS id FROM checkout_sessions s
      WHERE lower(s.customer_email) = lower(address) OFFSET 0) AS own
    ORDER BY own.id LIMIT 20)
  UNION ALL (SELECT 'message', own.effect_key FROM (
      SELECT n.effect_key, n.id FROM notifications n WHERE lower(n.recipient) = lower(address) OFFSET 0) AS own
    ORDER BY own.id DESC LIMIT 20);
END;
