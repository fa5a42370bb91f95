import { providerOf } from '@sluice/providers'
import type { Delivery } from './delivery.ts'

/** The event as ingest would read it. Signs and verifies with a temporary secret. */
export function verified({ provider: name, id, body }: Delivery) {
  const provider = providerOf(name)
  const secret = provider.makeSecret()
  const headers = provider.sign(body, secret, { id })
  return provider.verify({ headers, body: Buffer.from(body) }, [secret], { toleranceSeconds: 300 })
}
