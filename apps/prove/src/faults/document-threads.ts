import { eventually } from '@sluice/testing'
import { type Harm, harmfulAddress } from '@sluice/testing/harm-thread'
import type { Fault } from '../fault.ts'
import { lifecycleOf, sendInTurn } from '../load/special-events.ts'
import { BUDGET } from './budgets.ts'

/** A document has three attempts, each of which may take twenty seconds. */
const REFUSED_MS = 150_000

interface Document extends Pick<Fault, 'id' | 'title'> {
  harm: Harm
  /** Start of the error of its effect. */
  cause: string
}

/** Documents of one customer harm the thread that makes them: they are refused, and all others are made. */
const harmfulDocument = ({ id, title, harm, cause }: Document): Fault => ({
  id,
  title,
  env: { EVENT_ATTEMPTS: '3', EVENT_BACKOFF_MS: '100' },
  sparesOthers: true,
  mayRefuseEffects: true,
  budgetSeconds: BUDGET.deadWorker,
  inject: async (context) => {
    const { workers, query, problems, notes } = context
    const name = id.toLowerCase()
    const change = (body: string) => body.replaceAll(`${name}0@example.com`, harmfulAddress(harm))
    await sendInTurn(context, lifecycleOf(name, 0, change))
    const refused = () => query<{ error: string }>("SELECT error FROM outbox_messages WHERE status = 'failed'")
    await eventually(async () => {
      if ((await refused()).length === 0) throw new Error('no effect has failed')
    }, REFUSED_MS).catch(({ message }) => problems.push(message))
    context.afterRecovery.push(async () => {
      const rows = await refused()
      notes.push(`${rows.length} effects were refused`)
      for (const { error } of rows)
        if (!error.startsWith(cause)) problems.push(`an effect says ${error} instead of ${cause}`)
      for (const { name: worker, ends } of workers) if (ends.length > 0) problems.push(`${worker} died of it`)
    })
  },
})

export const documentThreads: Fault[] = [
  harmfulDocument({
    id: 'F94',
    title: 'A document kills the thread that makes it',
    harm: 'kills',
    cause: 'document_crashed',
  }),
  harmfulDocument({
    id: 'F95',
    title: 'A document blocks its thread for ever',
    harm: 'blocks',
    cause: 'document_too_slow',
  }),
  harmfulDocument({
    id: 'F96',
    title: 'A document takes all memory of its thread',
    harm: 'fills',
    cause: 'document_out_of_memory',
  }),
]
