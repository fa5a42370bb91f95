import { expect, test } from '@jest/globals'
import { LOG_LOADED, loadedFiles, modulesIn, startApp, withPostgres, withRedis } from '@sluice/testing'
import { changed, fromReplicate, fromStripe, prediction, stripeEvent } from './requests.ts'
import { SECRETS } from './with-ingest.ts'

/** The SDK of a provider, our clients of their APIs, and what makes samples. */
const FOR_OTHERS =
  /\/node_modules\/stripe\/|\/providers\/src\/(apis|\w+\/sample)\.ts|\/providers\/src\/\w+\/api\/|\/simulator\//

test('ingest receives from every provider without loading what calls or imitates one', () =>
  withPostgres((postgres) =>
    withRedis(async (redis) => {
      const app = await startApp('ingest', {
        env: {
          NODE_OPTIONS: LOG_LOADED,
          INGEST_DATABASE_URL: postgres.roleUrl('sluice_ingest'),
          REDIS_URL: redis.url,
          STRIPE_WEBHOOK_SECRET: SECRETS.stripe,
          REPLICATE_WEBHOOK_SECRET: SECRETS.replicate,
        },
      })
      try {
        const post = async (name: string, { body, headers }: ReturnType<typeof fromStripe>) =>
          (await fetch(`${app.url}/webhooks/${name}`, { method: 'POST', body: String(body), headers })).status
        const event = fromStripe(stripeEvent())
        expect(await post('stripe', event)).toBe(200)
        expect(await post('stripe', changed(event, { 'stripe-signature': 't=1,v1=0' }))).toBe(400)
        expect(await post('replicate', fromReplicate(prediction()))).toBe(200)

        const files = loadedFiles(app)
        const loaded = modulesIn(files)
        for (const folder of ['stripe', 'replicate']) {
          expect(loaded).toContainEqual(expect.stringMatching(`/providers/src/${folder}/index.ts$`))
        }
        expect(loaded.filter((module) => FOR_OTHERS.test(module))).toEqual([])
      } finally {
        await app.kill()
      }
    }),
  ))
