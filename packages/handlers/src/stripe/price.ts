import { type Handler, type PriceFact, processed, type ReceivedEvent } from '@sluice/events'
import { z } from 'zod'
import { read } from '../read.ts'
import { dataOf, originOf } from './object.ts'
import { amountOf, Plan, Price } from './subscription-items.ts'

const Active = z.object({ id: z.string().min(1), active: z.boolean().nullish() })
const PriceBody = Price.extend(Active.shape)
const PlanBody = Plan.extend(Active.shape)
const Before = z.object({ lookup_key: z.string().nullish() })

/**
 * A price was created, updated or deleted.
 *
 * https://docs.stripe.com/api/prices/object
 */
export const onPrice: Handler = (event) => {
  const { object, previous_attributes } = dataOf(event)
  const { id, product, lookup_key, unit_amount, unit_amount_decimal, currency, recurring, active } = read(
    PriceBody,
    object,
    'price',
  )
  const before = Before.safeParse(previous_attributes ?? {}).data?.lookup_key
  return factOf(event, 'price', id, {
    productId: product ?? null,
    lookupKey: lookup_key ?? null,
    ...amountOf(unit_amount, unit_amount_decimal),
    currency: currency ?? null,
    interval: recurring?.interval ?? null,
    intervalCount: recurring?.interval_count ?? null,
    usageType: recurring ? (recurring.usage_type ?? 'licensed') : null,
    active: active ?? true,
    previousKey: before ?? null,
  })
}

/**
 * A plan was created, updated or deleted: the price of the same id, as older accounts know it.
 *
 * https://docs.stripe.com/api/plans/object
 */
export const onPlan: Handler = (event) => {
  const plan = read(PlanBody, dataOf(event).object, 'plan')
  return factOf(event, 'plan', plan.id, {
    productId: plan.product ?? null,
    lookupKey: null,
    ...amountOf(plan.amount, plan.amount_decimal),
    currency: plan.currency ?? null,
    interval: plan.interval ?? null,
    intervalCount: plan.interval_count ?? null,
    usageType: plan.usage_type ?? 'licensed',
    active: plan.active ?? true,
    previousKey: null,
  })
}

type Contents = Omit<PriceFact['contents'], 'deleted'> & { previousKey: string | null }

function factOf(event: ReceivedEvent, object: PriceFact['object'], priceId: string, read: Contents) {
  const { previousKey, ...contents } = read
  const lookupKeys = [contents.lookupKey, previousKey].filter((key) => key !== null)
  const deleted = event.type.endsWith('.deleted')
  return processed([
    { kind: 'price', priceId, object, lookupKeys, contents: { ...contents, deleted }, ...originOf(event) },
  ])
}
