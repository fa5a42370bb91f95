import { createSign, generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { LockedPackage } from './lockfile.ts'

/** Path of the keys of a registry: https://docs.npmjs.com/about-registry-signatures */
const KEYS = '/-/npm/v1/keys'
const KEY_ID = 'SHA256:of-the-tests'

export interface SigningRegistry {
  packages: LockedPackage[]
  /** Changes what it says of one version. Default: the hash of the lockfile, with a signature of it. */
  change?: (name: string, dist: Dist) => Dist | undefined
  /** False: it has no keys, as most mirrors. */
  hasKeys?: boolean
}

interface Dist {
  integrity: string
  signatures?: { keyid: string; sig: string }[]
}

/** A registry that signs these packages as npm does, at the address that `use` gets. */
export async function withSigningRegistry<T>(
  { packages, change = (_, dist) => dist, hasKeys = true }: SigningRegistry,
  use: (url: string) => Promise<T>,
): Promise<T> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
  const scheme = { keytype: 'ecdsa-sha2-nistp256', scheme: 'ecdsa-sha2-nistp256' }
  const sign = (text: string) => createSign('SHA256').update(text).sign(privateKey, 'base64')

  const describe = (name: string) => {
    const versions = packages
      .filter((one) => one.name === name)
      .flatMap(({ version, integrity = '' }) => {
        const sig = sign(`${name}@${version}:${integrity}`)
        const dist = change(name, { integrity, signatures: [{ keyid: KEY_ID, sig }] })
        return dist ? [[version, { name, version, dist }]] : []
      })
    return versions.length > 0 && { name, versions: Object.fromEntries(versions) }
  }
  const answerTo = (path: string) => {
    if (path !== KEYS) return describe(path.slice(1))
    return hasKeys && { keys: [{ expires: null, keyid: KEY_ID, ...scheme, key }] }
  }
  const server = createServer((request, response) => {
    const answer = answerTo(decodeURIComponent(request.url ?? ''))
    response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(answer || {}))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  } finally {
    server.close()
    server.closeAllConnections()
  }
}
