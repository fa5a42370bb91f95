import { lookup as systemLookup } from 'node:dns/promises'
import { AssetError } from './asset-error.ts'
import { isPublicAddress } from './public-address.ts'

/** Resolves a host name to all of its addresses. */
export type Lookup = (hostname: string) => Promise<{ address: string }[]>

export const lookupOfSystem: Lookup = (hostname) => systemLookup(hostname, { all: true })

/**
 * Resolves a host name to one address, which the caller connects to: a second look-up could return another one. A name
 * with any address that is not public is refused.
 *
 * @throws AssetError
 */
export async function resolvePublic(hostname: string, lookup: Lookup): Promise<string> {
  const addresses = await lookup(hostname).catch((error: unknown) => {
    throw AssetError.retryable('unresolved', error)
  })
  const [first] = addresses
  if (!first) throw AssetError.retryable('unresolved')
  if (!addresses.every(({ address }) => isPublicAddress(address))) throw AssetError.refused('address_not_public')
  return first.address
}
