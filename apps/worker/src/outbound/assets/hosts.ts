import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { type Circuit, createCircuit } from '../circuit.ts'
import { createPlaces, type Places } from '../places.ts'
import { UnreachableError } from '../unreachable.ts'
import { AssetError } from './asset-error.ts'

/** Files of one host that are copied at once: fewer than the lane of copies has places, so that others keep some. */
const PER_HOST = 8

/** With more hosts than this, the one that was used first is forgotten. */
const HOSTS_MAX = 200

interface Host {
  places: Places
  circuit: Circuit
}

export interface Hosts {
  /** Opens a file of a host, and counts it until its body is closed. */
  download<File extends { body: Readable }>(hostname: string, open: () => Promise<File>): Promise<File>
}

/** Keeps a host that is slow or down from taking the places of files from other hosts. */
export function createHosts(): Hosts {
  const hosts = new Map<string, Host>()

  function hostOf(hostname: string): Host {
    const host = hosts.get(hostname) ?? {
      places: createPlaces(PER_HOST, PER_HOST),
      circuit: createCircuit({ failureOf }),
    }
    hosts.set(hostname, host)
    const [oldest = hostname] = hosts.keys()
    if (hosts.size > HOSTS_MAX) hosts.delete(oldest)
    return host
  }

  return {
    download(hostname, open) {
      const { places, circuit } = hostOf(hostname)
      return new Promise((resolve, reject) => {
        places
          .run(async () => {
            const download = await circuit.run(open)
            resolve(download)
            if (!download.body.closed) await once(download.body, 'close')
          })
          .catch(reject)
      })
    },
  }
}

function failureOf(error: unknown): UnreachableError | undefined {
  return error instanceof AssetError && error.wait ? new UnreachableError(error.code, error.wait) : undefined
}
