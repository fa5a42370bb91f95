import { expect, test } from '@jest/globals'
import type { EmailLife, EmailPage } from '../src/api/schemas/emails.ts'
import type { Person } from '../src/api/schemas/person.ts'
import { PERSON_ROWS } from './person-rows.ts'
import { withConsole } from './with-board.ts'

/** One that failed for good, one that waits, and one whose event is deleted. */
const ROWS = `
  INSERT INTO outbox_messages (effect_key, kind, payload, status, error) VALUES
    ('trial_ending:sub_1:1', 'trial.ending', '{}', 'failed', 'mail_550: no such user');
  INSERT INTO payments (payment_id, stripe_customer_id, status, amount, currency, occurred_at, account, livemode, link_user_ids)
    VALUES ('in_old', 'cus_1', 'succeeded', 500, 'usd', now(), 'acct_1', false, '{}');
  INSERT INTO notifications (effect_key, kind, recipient, subject, status, webhook_event_id) VALUES
    ('trial_ending:sub_1:1', 'trial.ending', 'ada@example.com', 'Your trial ends', 'pending',
      (SELECT id FROM webhook_events WHERE event_id = 'evt_1')),
    ('renewal:sub_9:1', 'renewal.upcoming', 'eve@example.com', 'It renews', 'pending', NULL),
    ('receipt:in_old@acct_1:test', 'receipt', 'ada@example.com', 'An old receipt', 'sent', 99999);
  INSERT INTO documents (kind, number, payment_id, storage_key) VALUES ('receipt', 'R-1', 'in_1', 'receipts/in_1.pdf')`

test('e-mails are listed by kind, outcome and customer, also if the event is deleted, with their pages', () =>
  withConsole(async ({ read, database }) => {
    await database.query(PERSON_ROWS)
    await database.query(ROWS)
    const list = async (query: string) =>
      (await read<EmailPage>(`/emails?${query}`)).items.map(({ effectKey, outcome }) => `${effectKey} ${outcome}`)
    const [old, renewal, trial, first] = [
      'receipt:in_old@acct_1:test sent',
      'renewal:sub_9:1 pending',
      'trial_ending:sub_1:1 failed',
      'receipt:in_1 sent',
    ]
    expect(await list('')).toEqual([old, renewal, trial, first])
    expect(await list('customer=cus_1')).toEqual([old, trial, first])
    expect(await list('customer=cus_1&outcome=sent')).toEqual([old, first])
    expect(await list('kind=receipt')).toEqual([old, first])
    expect(await list('outcome=failed')).toEqual([trial])
    expect(await list('outcome=pending')).toEqual([renewal])

    const { items, next } = await read<EmailPage>('/emails?limit=3')
    expect(items.at(-1)).toMatchObject({ error: 'mail_550: no such user', event: { eventId: 'evt_1' } })
    expect(await list(`cursor=${next}`)).toEqual([first])
    expect(JSON.stringify(items)).not.toContain('example.com')

    const { documents } = await read<Person>('/customers/cus_1')
    expect(documents).toEqual([{ kind: 'receipt', number: 'R-1', paymentId: 'in_1', storageKey: 'receipts/in_1.pdf' }])
  }))

test('one e-mail says what became of it, what went along, and which event caused it', () =>
  withConsole(async ({ read, database, fetch }) => {
    await database.query(PERSON_ROWS)
    await database.query(ROWS)
    await database.query(`
      UPDATE notifications SET attachments = '{receipts/in_1.pdf,receipts/in_1-old.pdf}' WHERE effect_key = 'receipt:in_1';
      INSERT INTO webhook_attempts (outbox_message_id, provider, type, n, is_last, code, message, fingerprint, started_at)
        SELECT id, 'outbox', kind, 1, true, 'mail_550', 'no such user', 'abc', now() FROM outbox_messages`)
    const one = (key: string) => read<EmailLife>(`/emails/${encodeURIComponent(key)}`)

    expect(await one('receipt:in_1')).toEqual({
      email: {
        ...{ effectKey: 'receipt:in_1', kind: 'receipt', subject: 'Your receipt', outcome: 'sent', error: null },
        ...{ sentAt: null, customerId: 'cus_1' },
        event: { provider: 'stripe', eventId: 'evt_1', type: 'invoice.paid' },
      },
      effect: null,
      attempts: [],
      documents: [{ kind: 'receipt', number: 'R-1', paymentId: 'in_1', storageKey: 'receipts/in_1.pdf' }],
      replaced: ['receipts/in_1-old.pdf'],
    })
    expect(await one('trial_ending:sub_1:1')).toMatchObject({
      email: { outcome: 'failed', error: 'mail_550: no such user' },
      effect: { attempts: 0 },
      attempts: [{ number: 1, error: 'mail_550: no such user' }],
    })
    expect(await one('receipt:in_old@acct_1:test')).toMatchObject({ email: { event: null, customerId: null } })
    expect((await fetch('/api/emails/none')).status).toBe(404)
  }))
