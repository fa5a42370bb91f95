import { afterEach, expect, jest, test } from '@jest/globals'
import { applyRetention } from '../../src/inbox/index.ts'
import { replay } from '../../src/replay/index.ts'
import { withWorker } from '../with-worker.ts'

const DAY_MS = 86_400_000

afterEach(() => {
  jest.useRealTimers()
})

/** Moves the clock of this process; timers, the network and Postgres go on as they are. */
const setClock = (days: number) =>
  jest.useFakeTimers({
    now: Date.now() + days * DAY_MS,
    doNotFake: ['hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'setInterval', 'setTimeout'],
    advanceTimers: false,
  })

test('retention deletes nothing young on a machine whose clock is a year ahead', () =>
  withWorker(async ({ pool, query, handle }) => {
    await handle({})
    setClock(365)
    expect(await applyRetention(pool, { eventDays: 30, bodyDays: 30 })).toBe(0)
    expect(await query('SELECT status, raw_body IS NULL AS erased FROM webhook_events')).toEqual([
      { status: 'processed', erased: false },
    ])
  }))

test('a replay since a time finds its events on a machine whose clock is a day behind', () =>
  withWorker(async ({ pool, handle, decide }) => {
    await handle({})
    setClock(-1)
    expect(await replay(pool, { since: new Date(0) }, { decide })).toEqual({ replayed: 1 })
  }))

test('retention deletes old effects that were done or skipped, and keeps those that failed or wait', () =>
  withWorker(async ({ pool, query }) => {
    await pool.query(`INSERT INTO outbox_messages (effect_key, kind, payload, status, done_at)
      SELECT status, 'receipt', '{}', status, now() - '31 days'::interval
      FROM unnest(ARRAY['pending', 'done', 'skipped', 'failed']) AS status`)
    await applyRetention(pool, { eventDays: 30, bodyDays: 30 })
    expect(await query('SELECT effect_key FROM outbox_messages ORDER BY 1')).toEqual([
      { effect_key: 'failed' },
      { effect_key: 'pending' },
    ])
  }))

test('retention deletes repeats and refusals after two weeks, attempts after a month, and counted minutes after a year', () =>
  withWorker(async ({ pool, query }) => {
    const days = (...list: number[]) => `unnest(ARRAY[${list}]) AS days`
    await pool.query(`
      INSERT INTO webhook_deliveries (provider, outcome, received_at)
        SELECT days, 'refused', now() - days * interval '1 day' FROM ${days(13, 15)};
      INSERT INTO webhook_attempts (provider, type, n, is_last, code, message, fingerprint, started_at, ended_at)
        SELECT days, 't', 1, false, 'c', 'm', 'f', now(), now() - days * interval '1 day' FROM ${days(29, 31)};
      INSERT INTO event_counts (minute, provider, type, outcome, n, sum_ms)
        SELECT now() - days * interval '1 day', days, 't', 'processed', 1, 1 FROM ${days(399, 401)};
      INSERT INTO delivery_counts (minute, provider, outcome, reason, n)
        SELECT now() - days * interval '1 day', days, 'accepted', '', 1 FROM ${days(399, 401)};
      INSERT INTO effect_counts (minute, kind, outcome, n)
        SELECT now() - days * interval '1 day', days, 'done', 1 FROM ${days(399, 401)}`)
    await applyRetention(pool, { eventDays: 30, bodyDays: 30 })
    const left =
      await query(`SELECT provider AS days FROM webhook_deliveries UNION ALL SELECT provider FROM webhook_attempts
      UNION ALL SELECT provider FROM event_counts UNION ALL SELECT provider FROM delivery_counts
      UNION ALL SELECT kind FROM effect_counts`)
    expect(left.map(({ days: kept }) => kept)).toEqual(['13', '29', '399', '399', '399'])
  }))

test('retention deletes changes after 400 days, and keeps the ledger, its sums, dead letters, their groups and all actions', () =>
  withWorker(async ({ pool, owner, query }) => {
    await owner.query(`
      INSERT INTO row_changes (at, table_name, row_key, column_name, after)
        SELECT now() - days * interval '1 day', 'users', days, 'role', 'PREMIUM' FROM unnest(ARRAY[399, 401]) AS days;
      INSERT INTO webhook_dead_letters (provider, event_id, type, error, fingerprint, attempts, failed_at, raw_body)
        VALUES ('stripe', 'evt_old', 't', 'e', 'f', 8, now() - interval '9 years', '\\x7b7d');
      INSERT INTO dead_letter_groups (fingerprint, changed_at) VALUES ('f', now() - interval '9 years');
      INSERT INTO ledger_entries (entry_key, payment_id, account, direction, amount, currency, created_at)
        VALUES ('payment:in_1', 'in_1', 'cash', 'debit', 5, 'usd', now() - interval '9 years');
      INSERT INTO ledger_days (day, currency, account, debit, credit) VALUES ('2001-01-01', 'usd', 'cash', 5, 0);
      INSERT INTO operator_actions (actor, role, kind, filter, reason) VALUES ('ada', 'admin', 'redrive', '{}', 'x');
      ALTER TABLE operator_actions DISABLE TRIGGER USER;
      UPDATE operator_actions SET at = now() - interval '9 years', finished_at = now() - interval '9 years', state = 'done'`)
    await applyRetention(pool, { eventDays: 30, bodyDays: 30 })
    expect(await query('SELECT row_key FROM row_changes')).toEqual([{ row_key: '399' }])
    expect(
      await query(`SELECT (SELECT count(*)::int FROM webhook_dead_letters WHERE raw_body IS NULL) AS letters,
        (SELECT count(*)::int FROM dead_letter_groups) AS groups, (SELECT count(*)::int FROM ledger_entries) AS lines,
        (SELECT count(*)::int FROM ledger_days) AS days, (SELECT count(*)::int FROM operator_actions) AS actions`),
    ).toEqual([{ letters: 1, groups: 1, lines: 1, days: 1, actions: 1 }])
  }))

test('retention deletes in batches of a thousand, so that no transaction is long', () =>
  withWorker(async ({ pool, owner, query }) => {
    const many = 'FROM generate_series(1, 2500) AS n'
    await owner.query(`
      INSERT INTO row_changes (at, table_name, row_key, column_name) SELECT now() - interval '9 years', 'users', n, 'role' ${many};
      INSERT INTO webhook_deliveries (provider, outcome, received_at) SELECT 'stripe', 'refused', now() - interval '9 years' ${many};
      INSERT INTO webhook_attempts (type, n, is_last, code, message, fingerprint, started_at, ended_at)
        SELECT 't', n, false, 'c', 'm', 'f', now(), now() - interval '9 years' ${many};
      INSERT INTO event_counts (minute, provider, type, outcome, n, sum_ms)
        SELECT now() - interval '9 years', n, 't', 'processed', 1, 1 ${many};
      CREATE TABLE deleted (name text, rows int, xid text);
      GRANT INSERT ON deleted TO sluice_worker;
      CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO deleted SELECT TG_TABLE_NAME, count(*), txid_current() FROM gone; RETURN NULL; END $$`)
    const tables = ['event_counts', 'row_changes', 'webhook_attempts', 'webhook_deliveries']
    for (const table of tables)
      await owner.query(
        `CREATE TRIGGER noted AFTER DELETE ON ${table} REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION note()`,
      )
    await applyRetention(pool, { eventDays: 30, bodyDays: 30 })
    const found =
      await query(`SELECT name, max(rows) AS most, sum(rows)::int AS all, count(DISTINCT xid)::int >= 3 AS apart
      FROM deleted GROUP BY 1 ORDER BY 1`)
    expect(found).toEqual(tables.map((name) => ({ name, most: 1000, all: 2500, apart: true })))
  }))
