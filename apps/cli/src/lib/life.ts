import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type PrismaClient, prismaOf } from '@sluice/database/client'
import { emailFileOf } from '@sluice/stored-files'
import type { Pool } from 'pg'
import type { Settings } from './settings.ts'
import { type Trace, type TracedEvent, traceOf } from './trace.ts'

/** All that became of an event: its trace, and what followed from it. */
export type Life = Awaited<ReturnType<typeof readLife>>

/** Where the files of `npm start` are; unknown for any other deployment. */
export type Folders = Pick<Settings, 'mailFolder' | 'assetFolder'>

const EFFECT = { id: true, effectKey: true, kind: true, status: true, attempts: true, error: true, availableAt: true }
const EMAIL = { effectKey: true, kind: true, recipient: true, subject: true, status: true, sentAt: true }
const DOCUMENT = { kind: true, number: true, paymentId: true, storageKey: true }
const FILE = { pointer: true, status: true, error: true, storageKey: true, contentType: true }
const DEAD_LETTER = { outboxMessageId: true, type: true, error: true, attempts: true, failedAt: true, redrivenAt: true }

const POLL_MS = 100

/** Waits until every effect that is due within `withinMs` has ended. */
export async function waitForEffects(pool: Pool, { id }: TracedEvent, withinMs: number): Promise<void> {
  const deadline = Date.now() + withinMs
  const where = { webhookEventId: id, status: 'pending', availableAt: { lte: new Date(deadline) } }
  while (Date.now() < deadline && (await prismaOf(pool).outboxMessage.count({ where })) > 0) await sleep(POLL_MS)
}

export async function readLife(pool: Pool, event: TracedEvent, folders: Folders) {
  const prisma = prismaOf(pool)
  const caused = { webhookEventId: event.id }
  const trace = await traceOf(prisma, event)
  const effects = await prisma.outboxMessage.findMany({ where: caused, orderBy: { effectKey: 'asc' }, select: EFFECT })
  const emails = await prisma.notification.findMany({ where: caused, orderBy: { id: 'asc' }, select: EMAIL })
  const documents = await prisma.document.findMany({ where: caused, orderBy: { id: 'asc' }, select: DOCUMENT })
  return {
    ...trace,
    users: await usersOf(prisma, event, trace),
    effects,
    emails: emails.map((email) => ({ ...email, file: fileIn(folders.mailFolder, emailFileOf(email.effectKey)) })),
    documents: documents.map((document) => ({ ...document, file: fileIn(folders.assetFolder, document.storageKey) })),
    files: (await filesOf(prisma, trace)).map((one) => ({ ...one, file: fileIn(folders.assetFolder, one.storageKey) })),
    deadLetters: await deadLettersOf(prisma, event),
  }
}

/** The users whom it concerned: of the customer, of the payments, and of the generations. */
async function usersOf(prisma: PrismaClient, { id, customerId, subscriptionId }: TracedEvent, trace: Trace) {
  const select = { userId: true }
  const rows = [
    ...(await prisma.customer.findMany({ where: { stripeCustomerId: customerId ?? '' }, select })),
    ...(await prisma.subscription.findMany({ where: { stripeSubscriptionId: subscriptionId ?? '' }, select })),
    ...(await prisma.payment.findMany({ where: { webhookEventId: id }, select })),
    ...(await prisma.generationJob.findMany({
      where: { id: { in: trace.generationJobs.map((job) => job.id) } },
      select,
    })),
  ]
  const ids = [...new Set(rows.flatMap(({ userId }) => userId ?? []))]
  return prisma.user.findMany({ where: { id: { in: ids } }, orderBy: { id: 'asc' }, select: { id: true, role: true } })
}

async function filesOf(prisma: PrismaClient, { generationJobs }: Trace) {
  const jobs = generationJobs.map(({ id }) => id)
  const renders = await prisma.render.findMany({ where: { generationJobId: { in: jobs } }, select: { id: true } })
  const where = { renderId: { in: renders.map(({ id }) => id) } }
  return prisma.variant.findMany({ where, orderBy: [{ renderId: 'asc' }, { idx: 'asc' }], select: FILE })
}

/** Of the event itself, and of its effects. */
const deadLettersOf = (prisma: PrismaClient, { provider, eventId }: TracedEvent) =>
  prisma.webhookDeadLetter.findMany({ where: { provider, eventId }, orderBy: { id: 'asc' }, select: DEAD_LETTER })

function fileIn(folder: string | undefined, name: string | null): string | null {
  if (folder === undefined || name === null) return null
  const path = join(folder, name)
  return existsSync(path) ? path : null
}
