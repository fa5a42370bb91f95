import { loadEffect } from '@sluice/database/outbox'
import { connect, type Pool } from '@sluice/database/pool'
import { createEmailWriter, EMAIL_KINDS, PLAIN_BRAND } from '@sluice/emails'
import { describeSkip } from '@sluice/events'
import { createLogger } from '@sluice/runtime/logger'
import { openStoredFiles } from '@sluice/stored-files'
import { withFolder, withPostgres } from '@sluice/testing'
import { type TestSmtp, withSmtp } from '@sluice/testing/stand-ins'
import { prepareEffect } from '../../src/effects/run/prepare-effect.ts'
import { createDownloader } from '../../src/outbound/assets/download.ts'
import { type Sender, senderOf } from '../../src/outbound/mail/address.ts'
import { createMailer } from '../../src/outbound/mail/mailer.ts'
import type { EmailRules } from '../../src/outbound/mail/rules.ts'
import { brandOf } from '../../src/outbound/pdf/brand.ts'
import { createDocuments, type DocumentsOptions } from '../../src/outbound/pdf/documents.ts'
import { createStripePdfs } from '../../src/outbound/pdf/stripe-pdf.ts'
import type { StaffWebhook } from '../../src/outbound/staff/webhook.ts'
import { createFileStore } from '../../src/outbound/store/file-store.ts'

export interface Settings {
  emailRules?: Partial<EmailRules>
  staffWebhook?: StaffWebhook
  documents?: Partial<DocumentsOptions>
}

export interface Effects {
  pool: Pool
  smtp: TestSmtp
  /** Contains the stored documents. */
  folder: string
  /** Appends an event, whose row id `run` takes. */
  append(event: { account?: string; hoursAgo?: number }): Promise<string>
  /** Inserts a row as the committer would have: columns of ours in snake case. */
  insert(table: string, row: Record<string, unknown>): Promise<void>
  /**
   * Runs an effect as the worker does, from its outbox message. The same key again is a repeat. Resolves to null when
   * done, or to the text of the reason why it was skipped.
   */
  run(kind: string, effectKey: string, payload: object, more?: More): Promise<string | null>
  query<T = Record<string, unknown>>(sql: string): Promise<T[]>
}

interface More {
  signal?: AbortSignal
  /** The row of the event that caused it. */
  webhookEventId?: string
  availableAt?: Date
}

const documentsOf = (sender: Sender): DocumentsOptions => ({
  brand: brandOf(sender, PLAIN_BRAND),
  invoiceDocument: 'attach',
  fetchObject: undefined,
  stripePdfs: createStripePdfs({}, 1_000),
})

/** Effects on a database of their own, with a mail server and a folder of documents. */
export const withEffects = <T>(
  use: (effects: Effects) => Promise<T>,
  { emailRules, staffWebhook, documents }: Settings = {},
): Promise<T> =>
  withPostgres((postgres) =>
    withSmtp((smtp) =>
      withFolder(async (folder) => {
        const owner = connect(postgres.url, { max: 1 })
        const pool = connect(postgres.roleUrl('sluice_worker'), { max: 4 })
        const sender = senderOf('Acme Pictures <billing@acme.example>')
        if (!sender) throw new Error('the sender is wrong')
        const store = createFileStore(folder)
        const logger = createLogger('worker', 'error')
        const downloader = createDownloader({ hosts: [], maxBytes: 0, timeoutMs: 1_000 })
        const mail = createMailer({ sender, smtpUrl: smtp.url, files: store, timeoutMs: 2_000 })
        const insert: Effects['insert'] = async (table, row) => {
          const names = Object.keys(row)
          const places = names.map((_, index) => `$${index + 1}`)
          await owner.query(
            `INSERT INTO ${table} (${names.join(', ')}) VALUES (${places.join(', ')})`,
            Object.values(row),
          )
        }
        try {
          return await use({
            pool,
            smtp,
            folder,
            insert,
            query: async (sql) => (await owner.query(sql)).rows,
            append: async ({ account, hoursAgo = 0 }) => {
              const { rows } = await owner.query(
                `INSERT INTO webhook_events (provider, event_id, type, account, ordering_key, occurred_at)
                  VALUES ('stripe', 'evt_' || gen_random_uuid(), 'invoice.paid', $1, 'cus_1', now() - make_interval(hours => $2))
                  RETURNING id`,
                [account ?? null, hoursAgo],
              )
              return rows[0].id
            },
            run: async (kind, effectKey, payload, more = {}) => {
              const { signal = new AbortController().signal, webhookEventId = null, availableAt = new Date() } = more
              const { rows } = await owner.query(
                `INSERT INTO outbox_messages (effect_key, kind, payload, webhook_event_id, available_at)
                  VALUES ($1, $2, $3, $4, $5)
                  ON CONFLICT (effect_key) DO UPDATE SET kind = excluded.kind, webhook_event_id = $4, available_at = $5
                  RETURNING id`,
                [effectKey, kind, payload, webhookEventId, availableAt],
              )
              const message = await loadEffect(pool, rows[0].id)
              if (!message) throw new Error('the outbox message is gone')
              const skipped = await prepareEffect(message).run({
                pool,
                mail,
                writer: createEmailWriter({ sender: sender.name }),
                documents: createDocuments({ ...documentsOf(sender), ...documents }),
                emailRules: { kinds: new Set(EMAIL_KINDS), toConnected: false, maxAgeHours: 72, ...emailRules },
                staffWebhook: staffWebhook ?? null,
                store,
                storedFiles: openStoredFiles({ kind: 'file', directory: folder }, { timeoutMs: 2_000 }),
                downloader,
                redis: null,
                replicate: null,
                logger,
                signal,
              })
              return skipped && describeSkip(skipped)
            },
          })
        } finally {
          mail.close()
          await Promise.all([owner.end(), pool.end()])
        }
      }),
    ),
  )

export const CUSTOMER = { stripe_customer_id: 'cus_1', email: 'ada@customer.example' }

export const INVOICE = {
  stripe_invoice_id: 'in_1',
  stripe_customer_id: 'cus_1',
  status: 'open',
  number: 'ACME-0001',
  amount_due: 2_000,
  amount_paid: 0,
  currency: 'usd',
  attempt_count: 1,
  next_payment_attempt: new Date('2099-03-04T10:00:00Z'),
  hosted_invoice_url: 'https://invoice.stripe.com/i/acct_1/test_1',
  created_at: new Date('2026-03-01T10:00:00Z'),
  lines: JSON.stringify([{ description: '1 × Pro (at $20.00 / month)', quantity: 1, amount: 2_000 }]),
  livemode: true,
}

export const SUBSCRIPTION = {
  stripe_subscription_id: 'sub_1',
  stripe_customer_id: 'cus_1',
  status: 'trialing',
  is_active: true,
  livemode: false,
}

export const PAID = { ...INVOICE, status: 'paid', amount_paid: 2_000, next_payment_attempt: null }

export const PAYMENT = {
  payment_id: 'in_1',
  stripe_invoice_id: 'in_1',
  stripe_customer_id: 'cus_1',
  status: 'succeeded',
  amount: 2_000,
  currency: 'usd',
  occurred_at: new Date('2026-03-01T10:00:05Z'),
  livemode: true,
}
