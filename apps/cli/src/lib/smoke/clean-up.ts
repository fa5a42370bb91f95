import { prismaOf } from '@sluice/database/client'
import { z } from 'zod'
import type { Run } from './run.ts'
import { eventsOf } from './stripe-cli.ts'

/** Ids are checked before anything is removed: Prisma reads a missing one as "every row". */
const Prediction = z.object({ id: z.string() })
const Paid = z.object({ data: z.object({ object: z.object({ id: z.string(), customer: z.string().nullable() }) }) })

/**
 * Removes all rows of the run's events and nothing else. Finds them by ids that only this run used. The refused request
 * and the counts of its minutes stay: they name no event.
 */
export async function cleanUp(run: Run): Promise<void> {
  const prisma = prismaOf(run.pool)
  const { payment, forged, failed, succeeded } = run
  const triggered = await eventsOf(run)
  const eventId = { in: [payment, forged, failed, succeeded, ...triggered].map(({ id }) => id) }
  const reference = { in: triggered.flatMap(referencesIn) }
  const paid = Paid.parse(JSON.parse(payment.body)).data.object
  const stripeCustomerId = { in: paid.customer === null ? [] : [paid.customer] }
  const predictionId = { in: [failed, succeeded].map(({ body }) => Prediction.parse(JSON.parse(body)).id) }

  const events = await prisma.webhookEvent.findMany({ where: { eventId }, select: { id: true } })
  const jobs = await prisma.generationJob.findMany({ where: { predictionId }, select: { id: true } })
  const generationJobId = { in: jobs.map(({ id }) => id) }
  const renders = await prisma.render.findMany({ where: { generationJobId }, select: { id: true } })
  const webhookEventId = { in: events.map(({ id }) => id) }
  const eventRow = webhookEventId

  await prisma.$transaction([
    prisma.outboxMessage.deleteMany({ where: { webhookEventId } }),
    prisma.notification.deleteMany({ where: { webhookEventId } }),
    prisma.document.deleteMany({ where: { webhookEventId } }),
    prisma.webhookDeadLetter.deleteMany({ where: { eventId } }),
    prisma.webhookAttempt.deleteMany({ where: { eventRow } }),
    prisma.webhookDelivery.deleteMany({ where: { eventRow } }),
    prisma.rowChange.deleteMany({ where: { webhookEventId } }),
    prisma.webhookEvent.deleteMany({ where: { eventId } }),
    prisma.ledgerEntry.deleteMany({ where: { paymentId: paid.id } }),
    prisma.payment.deleteMany({ where: { paymentId: paid.id } }),
    prisma.invoice.deleteMany({ where: { stripeInvoiceId: paid.id } }),
    prisma.subscription.deleteMany({ where: { stripeCustomerId } }),
    prisma.customer.deleteMany({ where: { stripeCustomerId } }),
    prisma.paymentReference.deleteMany({ where: { reference } }),
    prisma.variant.deleteMany({ where: { renderId: { in: renders.map(({ id }) => id) } } }),
    prisma.render.deleteMany({ where: { generationJobId } }),
    prisma.generationJob.deleteMany({ where: { predictionId } }),
  ])
}

/** The payment intent and the charge that an event of `stripe trigger` is about. */
function referencesIn({ body }: { body: string }): string[] {
  const { id, latest_charge: charge } = JSON.parse(body).data.object
  return [id, charge].filter((reference) => typeof reference === 'string')
}
