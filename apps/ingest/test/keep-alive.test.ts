import { Agent, request } from 'node:http'
import { expect, test } from '@jest/globals'
import { fromStripe, stripeEvent } from './requests.ts'
import { withIngest } from './with-ingest.ts'

/** Guarantees that a proxy that keeps its connections open loses no request to a deployment. */
test('a request that comes over an idle connection after stopping began is answered, and its connection closed', () =>
  withIngest({}, async ({ port, server, rows }) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const send = (id: string) => post(port, agent, fromStripe(stripeEvent({ id })))
    expect(await send('evt_before')).toEqual({ status: 200, connection: 'keep-alive' })

    const stopped = server.stop(5_000)
    expect(await send('evt_after')).toEqual({ status: 200, connection: 'close' })
    await stopped
    expect((await rows()).map(({ event_id }) => event_id)).toEqual(['evt_before', 'evt_after'])
    await expect(send('evt_late')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    agent.destroy()
  }))

function post(port: number, agent: Agent, { body, headers }: ReturnType<typeof fromStripe>) {
  return new Promise<{ status?: number; connection?: string }>((resolve, reject) => {
    const options = {
      port,
      agent,
      method: 'POST',
      path: '/webhooks/stripe',
      headers: headers as Record<string, string>,
    }
    request(options, (response) => {
      const { statusCode, headers } = response
      response.resume().on('end', () => resolve({ status: statusCode, connection: headers.connection }))
    })
      .on('error', reject)
      .end(body)
  })
}
