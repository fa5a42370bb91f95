import { lookup as systemLookup } from 'node:dns/promises'
import { AssetError } from './asset-error.ts'
import { isPublicAddress } from './public-address.ts'

/** All addresses of a name. */
export type Lookup = (hostname: string) => Promise<{ address: string }[]>

export const lookupOfSystem: Lookup = (hostname) => systemLookup(hostname, { all: true })

/**
 * One address of a name, to be connected to as it is: whoever asks the resolver a second time may be told another.
 * A name with any address that is not public is not gone to at all.
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
