import { randomBytes } from 'node:crypto'
import type { SentEvent } from '@sluice/simulator'
import { REFUSED_HOST } from '../check/effects.ts'
import type { Fault } from '../fault.ts'
import { hostRowsOf, lifecycleOf, predictionOf, sendInTurn } from '../load/special-events.ts'
import { BUDGET } from './budgets.ts'

interface BigEvents extends Pick<Fault, 'id' | 'title'> {
  count: number
  output(index: number): unknown
}

/** Predictions with huge outputs: they may take their time, but other events keep their pace and no process ends. */
const bigPredictions = ({ id, title, count, output }: BigEvents): Fault => ({
  id,
  title,
  sparesOthers: true,
  mayAnswer: [503], // too many bytes in flight
  budgetSeconds: BUDGET.bigEvents,
  hostRows: hostRowsOf(id.toLowerCase(), count),
  inject: async (context) => {
    await sendInTurn(context, predictions(id.toLowerCase(), count, output))
    context.afterRecovery.push(async () => reportDeaths(context))
  },
})

/** One after the other, since all together would fill the memory of the suite. */
function* predictions(name: string, count: number, output: (index: number) => unknown): Generator<SentEvent> {
  for (let index = 0; index < count; index += 1) yield predictionOf(name, index, output(index))
}

function reportDeaths({ ingests, workers, problems }: Parameters<Fault['inject']>[0]): void {
  for (const { name, ends } of [...ingests, ...workers]) if (ends.length > 0) problems.push(`${name} died of it`)
}

/** Texts of the lines of an invoice, and of what it is for. */
const withText = (text: string) => (body: string) =>
  body.replaceAll(/"description": "[^"]*"/g, `"description": "${text}"`)

const hugeTexts = (id: string, title: string, text: string): Fault => ({
  id,
  title,
  sparesOthers: true,
  budgetSeconds: BUDGET.bigEvents,
  hostRows: hostRowsOf(id.toLowerCase(), 3),
  inject: async (context) => {
    const events = [0, 1, 2].flatMap((index) => lifecycleOf(id.toLowerCase(), index, withText(text)))
    if (!events.some(({ body }) => body.includes(text))) context.problems.push('no event has the text')
    await sendInTurn(context, events)
    context.afterRecovery.push(async () => reportDeaths(context))
  },
})

const list = <T>(length: number, make: (index: number) => T): T[] => Array.from({ length }, (_, index) => make(index))

export const bigEvents: Fault[] = [
  bigPredictions({
    id: 'F60',
    title: 'A prediction names a hundred thousand files',
    count: 1,
    output: () => list(100_000, (index) => `${REFUSED_HOST}/${index}`),
  }),
  bigPredictions({
    id: 'F61',
    title: 'Six predictions of 4.9 MB are made of small objects',
    count: 6,
    output: () => list(600_000, () => ({ a: 1 })),
  }),
  bigPredictions({
    id: 'F61b',
    title: 'Sixty predictions are lists of 200,000 tokens',
    count: 60,
    output: (index) => list(200_000, (token) => ` ${(token * 7 + index) % 1_000}`),
  }),
  bigPredictions({
    id: 'F61c',
    title: 'Eighty predictions carry their pictures of 3 MB with them',
    count: 80,
    output: () => [`data:image/png;base64,${randomBytes(3 * 1024 * 1024).toString('base64')}`],
  }),
  hugeTexts('F74', 'Lines of invoices are texts of 50,000 letters without a space', 'x'.repeat(50_000)),
  hugeTexts('F74b', 'Lines of invoices are texts of 5,000 Cyrillic letters', 'щ'.repeat(5_000)),
  hugeTexts('F74c', 'Lines of invoices are texts of 200,000 letters', 'invoice '.repeat(25_000)),
]
