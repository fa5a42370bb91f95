import { type CreditOffer, type Handler, type PriceFact, processed, type ReceivedEvent } from '@sluice/events'
import { z } from 'zod'
import { read } from '../read.ts'
import { creditOfferOf } from './credit-terms.ts'
import { dataOf, originOf, shown } from './object.ts'
import { amountOf, Plan, Price } from './subscription-items.ts'

const Active = z.object({
  id: z.string().min(1),
  active: z.boolean().nullish(),
  metadata: shown(z.record(z.string(), z.unknown())),
})
const PriceBody = Price.extend(Active.shape)
const PlanBody = Plan.extend(Active.shape)
const Before = z.object({ lookup_key: shown(z.string()), metadata: shown(z.record(z.string(), z.unknown())) })

/**
 * A price was created, updated or deleted.
 *
 * https://docs.stripe.com/api/prices/object
 */
export const onPrice: Handler = (event) => {
  const { object, previous_attributes } = dataOf(event)
  const { id, product, lookup_key, unit_amount, unit_amount_decimal, currency, recurring, active, metadata } = read(
    PriceBody,
    object,
    'price',
  )
  const before = Before.safeParse(previous_attributes ?? {}).data
  return factOf(event, 'price', id, {
    productId: product ?? null,
    lookupKey: lookup_key ?? null,
    ...amountOf(unit_amount, unit_amount_decimal),
    currency: currency ?? null,
    interval: recurring?.interval ?? null,
    intervalCount: recurring?.interval_count ?? null,
    usageType: recurring ? (recurring.usage_type ?? 'licensed') : null,
    active: active ?? true,
    previousKey: before?.lookup_key ?? null,
    creditOffer: creditOfferOf(metadata, before?.metadata),
  })
}

/**
 * A plan was created, updated or deleted: the price of the same id, as older accounts know it.
 *
 * https://docs.stripe.com/api/plans/object
 */
export const onPlan: Handler = (event) => {
  const { object, previous_attributes } = dataOf(event)
  const plan = read(PlanBody, object, 'plan')
  const before = Before.safeParse(previous_attributes ?? {}).data
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
    creditOffer: creditOfferOf(plan.metadata, before?.metadata),
  })
}

type Contents = Omit<PriceFact['contents'], 'deleted'> & {
  previousKey: string | null
  creditOffer: CreditOffer | undefined
}

function factOf(event: ReceivedEvent, object: PriceFact['object'], priceId: string, read: Contents) {
  const { previousKey, creditOffer, ...contents } = read
  const lookupKeys = [contents.lookupKey, previousKey].filter((key) => key !== null)
  const deleted = event.type.endsWith('.deleted')
  return processed([
    {
      ...{ kind: 'price', priceId, object, lookupKeys, contents: { ...contents, deleted } },
      ...(creditOffer && { creditOffer }),
      ...originOf(event),
    },
  ])
}
