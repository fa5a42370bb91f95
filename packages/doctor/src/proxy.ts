import { trustProxy as hops } from '@sluice/runtime/settings'
import type { Deployment } from './deployment.ts'
import { type Finding, failed, good } from './finding.ts'

/** Checks that the rate limit counts each client and not the proxy in front of them. */
export function checkProxy({ production, trustProxy = '0' }: Deployment): Finding {
  const { success } = hops.safeParse(trustProxy)
  if (!success) return failed('TRUST_PROXY', 'It should be the number of proxies in front.')
  if (!production || Number(trustProxy) > 0) return good('TRUST_PROXY', trustProxy)
  return failed(
    'TRUST_PROXY',
    'It is 0. Ingest has no https, so a proxy must be in front. Set the number of proxies, or all clients share one limit.',
  )
}
