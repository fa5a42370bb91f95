import type { Run } from './run.ts'
import { eventsOf } from './stripe-cli.ts'

/** Removes every row that the run's events made, and nothing else: all are found by the ids that only it used. */
export async function cleanUp(run: Run): Promise<void> {
  const { pool, payment, forged, failed, succeeded } = run
  const triggered = await eventsOf(run)
  const eventIds = [payment, forged, failed, succeeded, ...triggered].map(({ id }) => id)
  const references = triggered
    .map(({ body }) => JSON.parse(body).data.object)
    .flatMap(({ id, latest_charge: charge }) => [id, charge])
  const invoice = JSON.parse(payment.body).data.object
  const predictionIds = [failed, succeeded].map(({ body }) => JSON.parse(body).id)

  const events = 'SELECT id FROM webhook_events WHERE event_id = ANY($1)'
  const jobs = 'SELECT id FROM generation_jobs WHERE prediction_id = ANY($1)'
  const renders = `SELECT id FROM renders WHERE generation_job_id IN (${jobs})`
  for (const [sql, parameter] of [
    [`DELETE FROM outbox_messages WHERE webhook_event_id IN (${events})`, eventIds],
    [`DELETE FROM notifications WHERE webhook_event_id IN (${events})`, eventIds],
    [`DELETE FROM documents WHERE webhook_event_id IN (${events})`, eventIds],
    ['DELETE FROM webhook_dead_letters WHERE event_id = ANY($1)', eventIds],
    ['DELETE FROM webhook_events WHERE event_id = ANY($1)', eventIds],
    ['DELETE FROM ledger_entries WHERE payment_id = $1', invoice.id],
    ['DELETE FROM payments WHERE payment_id = $1', invoice.id],
    ['DELETE FROM invoices WHERE stripe_invoice_id = $1', invoice.id],
    ['DELETE FROM subscriptions WHERE stripe_customer_id = $1', invoice.customer],
    ['DELETE FROM customers WHERE stripe_customer_id = $1', invoice.customer],
    ['DELETE FROM payment_references WHERE reference = ANY($1)', references],
    [`DELETE FROM variants WHERE render_id IN (${renders})`, predictionIds],
    [`DELETE FROM renders WHERE generation_job_id IN (${jobs})`, predictionIds],
    ['DELETE FROM generation_jobs WHERE prediction_id = ANY($1)', predictionIds],
  ] as const) {
    await pool.query(sql, [parameter])
  }
}
