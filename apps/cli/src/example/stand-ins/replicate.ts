import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { type PredictionStep, stepsOf } from '@sluice/simulator'
import { type Asked, type Reply, type StandIn, serve } from './http.ts'
import { pictureOf } from './picture.ts'

export interface ReplicateStandIn extends StandIn {
  token: string
}

/** Long enough to be seen, short enough to wait for. */
const RUN_MS = 1_500

/**
 * Predictions of Replicate, for an application on a machine without an account: each ends with a picture of its own, which
 * the output holds as a `data:` URI, so that no host has to serve it.
 *
 * @param deliver signs a webhook with this id and body, and posts it to the address that the application named.
 */
export async function startReplicate(
  deliver: (webhook: string, id: string, body: string) => Promise<void>,
): Promise<ReplicateStandIn> {
  const stopped = new AbortController()
  const standIn = await serve(answer)

  function answer({ method, path, body }: Asked): Reply {
    if (method !== 'POST' || !/^\/v1\/(models\/[\w.-]+\/[\w.-]+\/)?predictions$/.test(path))
      return {
        status: 404,
        body: { title: 'Not found', detail: `The stand-in has no ${method} ${path}.`, status: 404 },
      }
    const { input, webhook = null } = JSON.parse(body) as { input?: { prompt?: string }; webhook?: string | null }
    const id = randomBytes(13).toString('hex')
    const output = [pictureOf(`${input?.prompt ?? ''} ${id}`)]
    const steps = [...stepsOf({ id, kind: 'prediction', output, ending: 'succeeded', webhook })]
    if (webhook) run(webhook, id, steps).catch((error: Error) => stopped.signal.aborted || console.error(error.message))
    return { status: 201, body: { ...steps[0]?.body, input } }
  }

  async function run(webhook: string, id: string, steps: PredictionStep[]): Promise<void> {
    await pause(RUN_MS, undefined, { ref: false, signal: stopped.signal })
    const end = steps.find(({ event }) => event === 'completed')
    await deliver(webhook, `msg_${id}`, JSON.stringify(end?.body))
  }

  return {
    url: standIn.url,
    token: `r8_${randomBytes(18).toString('hex')}`,
    stop: () => {
      stopped.abort()
      return standIn.stop()
    },
  }
}
