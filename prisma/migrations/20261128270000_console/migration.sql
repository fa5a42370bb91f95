-- Old code: works. `sluice events` and `sluice find` of an older version are refused where they use the board's role.

-- The lists of the console. Of each provider and type, the newest events; those that are ignored; what one event caused.
-- The first is partial, so that an append costs nothing more.
CREATE INDEX webhook_events_ended ON webhook_events (provider, type, id) WHERE status <> 'received';
CREATE INDEX webhook_events_ignored ON webhook_events (id) WHERE status = 'ignored';
-- CreateIndex
CREATE INDEX "webhook_dead_letters_provider_event_id_idx" ON "webhook_dead_letters"("provider", "event_id");
-- CreateIndex
CREATE INDEX "notifications_webhook_event_id_idx" ON "notifications"("webhook_event_id");
-- CreateIndex
CREATE INDEX "generation_jobs_user_id_idx" ON "generation_jobs"("user_id");
-- CreateIndex
CREATE INDEX "generation_jobs_seen_at_id_idx" ON "generation_jobs"("seen_at", "id");

-- An operator's search for a whole address, by a role that reads no addresses.
CREATE FUNCTION sluice_find_address(address text) RETURNS TABLE (kind text, id text)
LANGUAGE sql STABLE SECURITY DEFINER ROWS 20
BEGIN ATOMIC
  (SELECT 'user', u.id FROM users u WHERE lower(u.email) = lower(address) ORDER BY u.id LIMIT 20)
  UNION ALL (SELECT 'customer', c.stripe_customer_id FROM customers c WHERE lower(c.email) = lower(address) ORDER BY 2 LIMIT 20)
  UNION ALL (SELECT 'reference', r.reference FROM payment_references r WHERE lower(r.email) = lower(address) ORDER BY 2 LIMIT 20)
  UNION ALL (SELECT 'session', s.stripe_checkout_session_id FROM checkout_sessions s
    WHERE lower(s.customer_email) = lower(address) ORDER BY 2 LIMIT 20)
  UNION ALL (SELECT 'message', n.effect_key FROM notifications n
    WHERE lower(n.recipient) = lower(address) ORDER BY n.id DESC LIMIT 20);
END;

REVOKE ALL ON FUNCTION sluice_find_address(text) FROM PUBLIC;

-- The length of an event's body for a role that reads no bodies; null once it is erased.
CREATE FUNCTION sluice_body_bytes(event bigint) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER
BEGIN ATOMIC
  SELECT octet_length(e.raw_body) FROM webhook_events e WHERE e.id = event;
END;

REVOKE ALL ON FUNCTION sluice_body_bytes(bigint) FROM PUBLIC;

-- The board reads no columns that identify a person or grant access. `migrate` grants it the others.
REVOKE SELECT ON webhook_events, webhook_dead_letters, outbox_messages, notifications, customers, users, subscriptions, invoices,
  checkout_sessions, credit_notes, payment_methods, payment_references, payments, refunds, disputes, fraud_warnings,
  entitlement_summaries, products, prices, connected_accounts, generation_jobs, variants, forget_runs FROM sluice_board;
