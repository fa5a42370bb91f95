import { setTimeout as pause } from 'node:timers/promises'
import { eventually } from '@sluice/testing'
import type { S3Failure, SmtpFailure } from '@sluice/testing/stand-ins'
import type { Fault, FaultContext } from '../fault.ts'
import { restartInTurn } from '../stack/restart.ts'
import { BUDGET } from './budgets.ts'

const FEW_ATTEMPTS = { EVENT_ATTEMPTS: '3', EVENT_BACKOFF_MS: '100', EVENT_BACKOFF_MAX_MS: '1000' }
const LATER_SECONDS = 20

/** The other side says "later" for longer than all attempts last: nothing becomes a dead letter. */
const later = (id: string, title: string, begin: (context: FaultContext) => void): Fault => ({
  id,
  title,
  seconds: LATER_SECONDS,
  env: FEW_ATTEMPTS,
  sparesOthers: true,
  budgetSeconds: BUDGET.later,
  inject: async (context) => {
    begin(context)
    return async () => {
      context.smtp.recover()
      context.s3.recover()
    }
  },
})

const mail = (id: string, title: string, failure: SmtpFailure) => later(id, title, ({ smtp }) => smtp.failWith(failure))
const store = (id: string, title: string, failure: S3Failure) => later(id, title, ({ s3 }) => s3.failWith(failure))

/** Settings that can never work are no outage: effects become dead letters, where an operator sees them. */
const hopeless = (id: string, title: string, env: (context: FaultContext) => Record<string, string>): Fault => ({
  id,
  title,
  env: FEW_ATTEMPTS,
  sparesOthers: true,
  mayRefuseEffects: true,
  budgetSeconds: BUDGET.deadWorker,
  inject: async (context) => {
    const { workers, query, problems } = context
    await restartInTurn(workers, env(context))
    await eventually(async () => {
      const [row] = await query<{ count: number }>(
        'SELECT count(*)::int FROM webhook_dead_letters WHERE outbox_message_id IS NOT NULL',
      )
      if (!row?.count) throw new Error('no effect became a dead letter')
    }, 30_000).catch(({ message }) => problems.push(message))
    await restartInTurn(workers, {})
  },
})

const HANGS_MS = 60_000

export const laters: Fault[] = [
  mail('F66', 'The mail server says later for 20 s, longer than all attempts last', { refuse: 451 }),
  store('F66b', 'S3 asks for fewer requests (429) for 20 s, longer than all attempts last', { status: 429 }),
  store('F66c', 'S3 denies access (403) for 20 s, longer than all attempts last', { status: 403 }),
  {
    id: 'F75',
    title: 'The mail server takes each e-mail and hangs for a minute',
    env: { EVENT_BACKOFF_MAX_MS: `${HANGS_MS}` }, // the pause before an e-mail is sent again
    sparesOthers: true,
    budgetSeconds: BUDGET.hangingMail,
    inject: async ({ smtp, problems, notes }) => {
      smtp.failWith({ slowMs: 10 * HANGS_MS })
      await pause(HANGS_MS)
      smtp.recover()
      const copies = new Map<string, number>()
      for (const { messageId } of smtp.mails) copies.set(messageId, (copies.get(messageId) ?? 0) + 1)
      const most = Math.max(0, ...copies.values())
      notes.push(`it got at most ${most} copies of an e-mail`)
      if (most > 1) problems.push(`the mail server got ${most} copies of an e-mail in ${HANGS_MS / 1_000} s`)
    },
  },
  hopeless('F83', 'The certificate of S3 does not verify', ({ env }) => ({
    S3_ENDPOINT: `https://${env['PROVE_FILES_AT']}`,
  })),
  hopeless('F83b', 'SMTP_URL says smtps, and the mail server speaks plain', ({ env }) => ({
    SMTP_URL: (env['SMTP_URL'] ?? '').replace(/^smtp:/, 'smtps:'),
  })),
  {
    ...hopeless('F83c', 'The store of files answers 501 to everything', () => ({})),
    inject: async (context) => {
      context.s3.failWith({ status: 501 })
      const base = hopeless('F83c', '', () => ({}))
      await base.inject(context)
      context.s3.recover()
      return undefined
    },
  },
]
