/**
 * A table without a single constraint that writes down, in the same transaction, each time an event was settled, an
 * effect asked for or done, and an entry booked. What the constraints of the real tables would hide shows here.
 */
export async function placeWitness(query: (sql: string) => Promise<unknown>): Promise<void> {
  await query(`
    CREATE TABLE prove_witness (what text, key text);
    CREATE FUNCTION prove_witness() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
      DECLARE seen jsonb := to_jsonb(NEW);
      BEGIN
        INSERT INTO public.prove_witness
          SELECT TG_ARGV[0], string_agg(seen ->> name, ' ') FROM unnest(TG_ARGV[1:]) AS name;
        RETURN NULL;
      END $$;
    CREATE TRIGGER prove AFTER UPDATE ON webhook_events FOR EACH ROW
      WHEN (NEW.processed_at <> coalesce(OLD.processed_at, '-infinity'))
      EXECUTE FUNCTION prove_witness('settled', 'provider', 'event_id');
    CREATE TRIGGER prove AFTER UPDATE ON outbox_messages FOR EACH ROW
      WHEN (NEW.done_at <> coalesce(OLD.done_at, '-infinity'))
      EXECUTE FUNCTION prove_witness('effect done', 'effect_key');
    CREATE TRIGGER prove_asked AFTER INSERT ON outbox_messages FOR EACH ROW
      EXECUTE FUNCTION prove_witness('effect asked for', 'effect_key');
    CREATE TRIGGER prove AFTER INSERT ON ledger_entries FOR EACH ROW
      EXECUTE FUNCTION prove_witness('booked', 'entry_key', 'account', 'direction')`)
}

/** What happened more than once. */
export async function seenTwice(query: <T>(sql: string) => Promise<T[]>): Promise<string[]> {
  const rows = await query<{ what: string; key: string; times: number }>(
    'SELECT what, key, count(*)::int AS times FROM prove_witness GROUP BY 1, 2 HAVING count(*) > 1',
  )
  return rows.map(({ what, key, times }) => `${what} ${times} times: ${key}`)
}
