/**
 * Triggers record, in the same transaction and in a table without constraints, each time that an event is settled, an
 * effect is requested or done, and a ledger entry is booked. This shows duplicates that the real tables' constraints hide.
 */
export async function installAuditTriggers(query: (sql: string) => Promise<unknown>): Promise<void> {
  await query(`
    CREATE TABLE prove_audit (what text, key text);
    CREATE FUNCTION prove_audit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
      DECLARE seen jsonb := to_jsonb(NEW);
      BEGIN
        INSERT INTO sluice.prove_audit
          SELECT TG_ARGV[0], string_agg(seen ->> name, ' ') FROM unnest(TG_ARGV[1:]) AS name;
        RETURN NULL;
      END $$;
    CREATE TRIGGER prove AFTER UPDATE ON webhook_events FOR EACH ROW
      WHEN (NEW.processed_at <> coalesce(OLD.processed_at, '-infinity'))
      EXECUTE FUNCTION prove_audit('settled', 'provider', 'event_id');
    CREATE TRIGGER prove AFTER UPDATE ON outbox_messages FOR EACH ROW
      WHEN (NEW.done_at <> coalesce(OLD.done_at, '-infinity'))
      EXECUTE FUNCTION prove_audit('effect done', 'effect_key');
    CREATE TRIGGER prove_requested AFTER INSERT ON outbox_messages FOR EACH ROW
      EXECUTE FUNCTION prove_audit('effect requested', 'effect_key');
    CREATE TRIGGER prove AFTER INSERT ON ledger_entries FOR EACH ROW
      EXECUTE FUNCTION prove_audit('booked', 'entry_key', 'account', 'direction')`)
}

/** Lists everything that happened more than once. */
export async function findDuplicates(query: <T>(sql: string) => Promise<T[]>): Promise<string[]> {
  const rows = await query<{ what: string; key: string; times: number }>(
    'SELECT what, key, count(*)::int AS times FROM prove_audit GROUP BY 1, 2 HAVING count(*) > 1',
  )
  return rows.map(({ what, key, times }) => `${what} ${times} times: ${key}`)
}
