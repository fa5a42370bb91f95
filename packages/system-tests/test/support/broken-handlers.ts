import { type Decision, type Fact, type Handler, processed } from '@sluice/events'
import { decide } from '@sluice/handlers'

/** Says something else than the right handlers of an event; undefined: the same. */
type Mistake = (fact: Fact) => Fact[] | undefined

const broken =
  (mistake: Mistake): Handler =>
  (event, settings) => {
    const decision: Decision = decide(event, settings)
    if (decision.outcome === 'ignored') return decision
    return processed(
      decision.facts.flatMap((fact) => mistake(fact) ?? [fact]),
      decision.effects,
    )
  }

/** Replaces the values of these fields, however deep. */
function replaceFields(value: unknown, names: ReadonlySet<string>, change: (value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => replaceFields(one, names, change))
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      names.has(name) && inner !== null ? change(inner) : replaceFields(inner, names, change),
    ]),
  )
}

const replacing =
  (names: string[], change: (value: unknown) => unknown): Mistake =>
  (fact) => [replaceFields(fact, new Set(names), change) as Fact]

const hundredfold = (value: unknown) => (typeof value === 'number' ? value * 100 : value)

const yearLater = (value: unknown) => {
  const time = new Date(value as string)
  time.setFullYear(time.getFullYear() + 1)
  return value instanceof Date ? time : time.toISOString()
}

const KEYS = ['invoiceId', 'paymentId', 'refundId', 'subscriptionId', 'sessionId', 'disputeId', 'creditNoteId']

/** Kinds of bugs that handlers had or could have. */
export const BROKEN_HANDLERS: Record<string, Handler> = {
  'amounts times 100': broken(
    replacing(['amount', 'amountTotal', 'amountDue', 'amountPaid', 'total', 'tax', 'amountRefunded'], hundredfold),
  ),
  'the wrong customer': broken(replacing(['customerId', 'stripeCustomerId'], () => 'cus_of_somebody_else')),
  'refunds are missing': broken(({ kind }) => (kind === 'refund' ? [] : undefined)),
  'the wrong period': broken(replacing(['currentPeriodEnd', 'paidUntil', 'periodEnd'], yearLater)),
  'a role by mistake': broken((fact) =>
    fact.kind === 'subscription' ? [{ ...fact, contents: { ...fact.contents, status: 'active' } }] : undefined,
  ),
  'the list of files is cut': broken((fact) =>
    fact.kind === 'output'
      ? [{ ...fact, files: fact.files.slice(1).map((file) => ({ ...file, idx: file.idx + 7 })), filesRefused: 3 }]
      : undefined,
  ),
  'rows twice, under a wrong key': broken((fact) => [
    fact,
    replaceFields(fact, new Set(KEYS), (value) => `${String(value)}_twice`) as Fact,
  ]),
  'references and customers are dropped': broken(({ kind }) =>
    kind === 'paymentReference' || kind === 'customer' ? [] : undefined,
  ),
  'the wrong currency': broken(replacing(['currency'], () => 'jpy')),
  'the wrong user': broken(replacing(['userId'], () => 'user_of_somebody_else')),
  'predictions that never end': broken((fact) =>
    fact.kind === 'prediction' ? [{ ...fact, status: 'processing', output: 'nothing', text: 'nothing' }] : undefined,
  ),
  'effects about the wrong things': (event, settings) => {
    const decision = decide(event, settings)
    if (decision.outcome === 'ignored') return decision
    const effects = decision.effects.map((effect, index) =>
      index === 0
        ? ({ ...effect, key: `wrong:${effect.key}` } as typeof effect)
        : ({ ...effect, payload: replaceFields(effect.payload, new Set(['attempt']), () => 99) } as typeof effect),
    )
    return processed(decision.facts, effects)
  },
  'everything is ignored': () => ({ outcome: 'ignored', reason: 'not now' }),
}
