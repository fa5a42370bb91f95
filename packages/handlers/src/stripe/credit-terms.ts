import type { CreditOffer, CreditTerms } from '@sluice/events'
import { z } from 'zod'

const WHOLE = /^\d{1,9}$/
const whole = z.string().trim().regex(WHOLE).transform(Number).nullish().catch(null)

const Terms = z.object({
  credits: whole,
  trial_credits: whole,
  credits_expire: z
    .union([
      z.literal('period'),
      z
        .string()
        .trim()
        .regex(/^\d{1,5}$/)
        .transform(Number),
    ])
    .nullish()
    .catch(null),
})

/** Names in metadata, as the merchant writes them. */
const NAMES = Object.keys(Terms.shape)

/**
 * The credits that metadata grants: `credits`, and `trial_credits` for what costs nothing, in whole numbers for one of
 * it; `credits_expire` is `period` or a number of days. Null if it names no credits.
 */
export function creditTermsOf(metadata: unknown): CreditTerms | null {
  if (!metadata || typeof metadata !== 'object' || !NAMES.some((name) => name in metadata)) return null
  const { data } = Terms.safeParse(metadata)
  const [credits, trialCredits] = [data?.credits ?? 0, data?.trial_credits ?? 0]
  if (credits === 0 && trialCredits === 0) return null
  return { credits, trialCredits, expires: data?.credits_expire ?? null }
}

/** The credits that a price grants now and, in an event about a change of its metadata, those that it granted before. */
export function creditOfferOf(metadata: unknown, metadataBefore: unknown): CreditOffer | undefined {
  const terms = creditTermsOf(metadata)
  const changed = z.record(z.string(), z.unknown()).safeParse(metadataBefore).data
  if (!changed || !NAMES.some((name) => name in changed)) return terms ? { terms } : undefined
  return { terms, before: creditTermsOf({ ...(metadata ?? {}), ...changed }) }
}
