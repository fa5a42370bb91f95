import { type Ending, stepsOf, withoutData } from '@sluice/simulator'
import { type Payload, writtenPayloads } from './payload.ts'

const A = 'https://replicate.delivery/xezq/a/out-0.png'
const B = 'https://pbxt.replicate.delivery/b/out-1.png'

/** Every documented shape of an output, with the pointers of its files. https://replicate.com/docs/topics/predictions */
export const OUTPUTS: Readonly<Record<string, { output: unknown; files: readonly string[] }>> = {
  url: { output: A, files: [''] },
  'list-url': { output: [A, B], files: ['/0', '/1'] },
  'list-list-url': { output: [[A], [B]], files: ['/0/0', '/1/0'] },
  'object-url': { output: { image: A, mask: null, seed: 7 }, files: ['/image'] },
  'object-nested-url': { output: { images: [{ url: A }, { url: B }] }, files: ['/images/0/url', '/images/1/url'] },
  'data-uri': { output: 'data:image/png;base64,iVBORw0KGgo=', files: [''] },
  'list-data-uri': { output: ['data:image/png;base64,iVBORw0KGgo='], files: ['/0'] },
  'list-mixed': { output: ['a cat', A], files: ['/1'] },
  'other-host': { output: 'https://bucket.example.com/out.png', files: [''] },
  text: { output: 'A sluice opens once for each boat.', files: [] },
  'text-chunks': { output: ['A sluice', ' opens', ' once.'], files: [] },
  number: { output: 4.25, files: [] },
  'list-number': { output: [0.25, 0.5], files: [] },
  'object-bool': { output: { nsfw: false, score: 0.01 }, files: [] },
  'list-object': { output: [{ label: 'cat', score: 0.9 }], files: [] },
  null: { output: null, files: [] },
}

const UNSUCCESSFUL: Ending[] = ['failed', 'canceled', 'aborted']

/** Predictions and trainings with every status and every shape of output, then those written by hand. */
export const replicatePayloads = (): Payload[] => [
  ...Object.entries(OUTPUTS).flatMap(([shape, { output }]) => bodies('prediction', shape, output, 'succeeded')),
  ...UNSUCCESSFUL.flatMap((ending) => bodies('prediction', ending, null, ending)),
  ...bodies('training', 'weights', { version: 'owner/model:5c7d5dc6', weights: `${A}.tar` }, 'succeeded'),
  ...UNSUCCESSFUL.flatMap((ending) => bodies('training', ending, null, ending)),
  ...removed(),
  ...writtenPayloads('replicate'),
]

function bodies(kind: 'prediction' | 'training', shape: string, output: unknown, ending: Ending): Payload[] {
  const run = { id: idOf(`${kind} ${shape}`), kind, output, ending, webhook: 'https://example.com/webhooks/replicate' }
  return [...stepsOf(run)].map(({ event, body }) => ({
    name: `${kind}.${body.status}__${shape}__${event}`,
    body: Buffer.from(JSON.stringify(body)),
  }))
}

/** The end of a prediction as the API shows it after an hour: https://replicate.com/docs/topics/predictions/data-retention */
function removed(): Payload[] {
  const run = { id: idOf('removed'), kind: 'prediction', output: [A], ending: 'succeeded', webhook: null } as const
  const end = [...stepsOf(run)].at(-1)
  if (!end) throw new Error('A prediction has an end.')
  return [{ name: 'prediction.succeeded__data-removed', body: Buffer.from(JSON.stringify(withoutData(end.body))) }]
}

/** Twenty-six letters and digits, as Replicate's ids have. */
const idOf = (name: string): string =>
  name
    .replace(/[^a-z]/g, '')
    .padEnd(26, '0')
    .slice(0, 26)
