import type { SubscriptionItem } from '@sluice/events'
import { z } from 'zod'
import { reference, seconds, shown } from './object.ts'

const Recurring = z.object({
  interval: z.string().nullish(),
  interval_count: shown(z.int32()),
  usage_type: z.string().nullish(),
})

/** Prices were called plans before 2019: https://docs.stripe.com/api/plans/object */
export const Plan = Recurring.extend({
  id: z.string().nullish(),
  product: reference,
  amount: shown(z.int()),
  amount_decimal: z.unknown().optional(),
  currency: shown(z.string()),
})

/** https://docs.stripe.com/api/prices/object */
export const Price = z.object({
  id: z.string(),
  product: reference,
  lookup_key: shown(z.string()),
  unit_amount: shown(z.int()),
  unit_amount_decimal: z.unknown().optional(),
  currency: shown(z.string()),
  recurring: Recurring.nullish(),
})

const Item = z.object({
  id: z.string().min(1).nullish(),
  price: Price.nullish(),
  plan: z.unknown().optional(),
  quantity: shown(z.int()),
  current_period_end: seconds.nullish(),
})

export const Items = z.object({ data: z.array(Item), has_more: shown(z.boolean()) })

/** The fields of a subscription that its items, or its one plan, are in. */
interface Holder {
  id: string
  items?: z.output<typeof Items> | null | undefined
  plan?: unknown
  quantity?: number | null | undefined
  current_period_end?: Date | null | undefined
}

/** The items of a subscription. A subscription from before 2018 has one plan instead, which becomes its one item. */
export function itemsOf(holder: Holder): SubscriptionItem[] {
  const listed = holder.items?.data ?? []
  if (listed.length === 0) return holder.plan ? [itemOf({ quantity: holder.quantity }, holder, 0)] : []
  const [only] = listed
  if (only && listed.length === 1) return [itemOf({ ...only, quantity: only.quantity ?? holder.quantity }, holder, 0)]
  return listed.map((item, index) => itemOf(item, holder, index))
}

function itemOf(item: Partial<z.output<typeof Item>>, holder: Holder, index: number): SubscriptionItem {
  const { price } = item
  const plan = price?.recurring ? null : planIn(item.plan ?? holder.plan)
  const recurring = price?.recurring ?? plan
  return {
    id: item.id ?? `${holder.id}:${index}`,
    priceId: price?.id ?? plan?.id ?? null,
    productId: price?.product ?? plan?.product ?? null,
    lookupKey: price?.lookup_key ?? null,
    quantity: item.quantity ?? null,
    usageType: recurring?.usage_type ?? 'licensed',
    ...amountOf(price?.unit_amount ?? plan?.amount, price?.unit_amount_decimal ?? plan?.amount_decimal),
    currency: price?.currency ?? plan?.currency ?? null,
    interval: recurring?.interval ?? null,
    intervalCount: recurring?.interval_count ?? null,
    currentPeriodEnd: (item.current_period_end ?? holder.current_period_end)?.toISOString() ?? null,
  }
}

/** A plan is read only where the price does not say all. */
const planIn = (value: unknown) => Plan.safeParse(value).data

const DECIMAL = /^-?\d{1,30}(\.\d{1,30})?$/

/** The amount in whole minor units, else as a decimal number of them if it has a fraction. */
export function amountOf(whole: number | null | undefined, decimal: unknown) {
  const text = typeof decimal === 'number' ? String(decimal) : decimal
  if (whole !== undefined && whole !== null) return { unitAmount: whole, unitAmountDecimal: null }
  if (typeof text !== 'string' || !DECIMAL.test(text)) return { unitAmount: null, unitAmountDecimal: null }
  const number = Number(text)
  return Number.isSafeInteger(number)
    ? { unitAmount: number, unitAmountDecimal: null }
    : { unitAmount: null, unitAmountDecimal: text }
}

/** The item that names the plan: the licensed one with the highest price, else the first licensed one, else the first. */
export function planOf(items: SubscriptionItem[]): SubscriptionItem | undefined {
  const licensed = items.filter(({ usageType }) => usageType === 'licensed')
  const dearest = licensed.reduce<SubscriptionItem | undefined>(
    (best, item) => (best === undefined || priceOf(item) > priceOf(best) ? item : best),
    undefined,
  )
  return dearest ?? items[0]
}

/** An unknown price counts as the lowest. */
const priceOf = ({ unitAmount, unitAmountDecimal }: SubscriptionItem): number =>
  unitAmount ?? (unitAmountDecimal === null ? -1 : Number(unitAmountDecimal))
