import { RefusalError } from '@sluice/events'

const MIB = 1024 * 1024

export interface BudgetSizes {
  totalBytes: number
  clientBytes: number
}

/**
 * Bytes of request bodies that may be in memory, from their arrival to the answer. With the copies that the stores'
 * clients make of them, ingest fits into 512 MiB. Providers stay far below: a thousand events of 5 KB a second, each
 * answered within 100 ms, are 0.5 MB.
 */
export const BUDGET: BudgetSizes = { totalBytes: 64 * MIB, clientBytes: 32 * MIB }

/** Memory that a piece of a body takes besides its bytes. A sender may send every byte as a piece of its own. */
const PIECE_BYTES = 256

/** The share of one request in the budget. */
export interface Body {
  readonly client: string
  bytes: number
  refuse: Refuse
}

export type Refuse = (refusal: RefusalError) => void

export interface BodyBudget {
  open(client: string): Body
  /** The body starts to arrive. Until it has arrived, `refuse` may be called to end it. */
  arrives(body: Body, refuse: Refuse): void
  /** Counts a piece of the body. May refuse this body or another one. */
  add(body: Body, bytes: number): void
  /** The body is complete. */
  arrived(body: Body): void
  /** The body is no longer in memory. */
  release(body: Body): void
  /** Bytes that are held now. */
  bytes(): number
}

interface Client {
  bytes: number
  arriving: Set<Body>
}

/** Clients without bodies are remembered up to this number, because most of them send again. */
const IDLE_CLIENTS_MAX = 1000
const refuseNothing: Refuse = () => {}

/**
 * Bounds the memory for bodies. When a client or all clients together exceed their budget, the largest body that is
 * still arriving is refused: that client's, or the one of the client that holds most. A sender of large or unfinished
 * bodies therefore displaces its own and never the small event of another sender, even behind the same address.
 */
export function createBodyBudget({ totalBytes, clientBytes }: BudgetSizes = BUDGET): BodyBudget {
  const clients = new Map<string, Client>()
  let total = 0

  function clientNamed(name: string): Client {
    const known = clients.get(name)
    if (known) return known
    const client = { bytes: 0, arriving: new Set<Body>() }
    clients.set(name, client)
    return client
  }

  function count(body: Body, client: Client, bytes: number): void {
    body.bytes += bytes
    client.bytes += bytes
    total += bytes
  }

  function release(body: Body): void {
    const client = clients.get(body.client)
    if (!client) return
    client.arriving.delete(body)
    count(body, client, -body.bytes)
    const isIdle = client.bytes === 0 && client.arriving.size === 0
    if (isIdle && clients.size > IDLE_CLIENTS_MAX) clients.delete(body.client)
  }

  function refuseLargest(client: Client): void {
    const body = largest(client.arriving)
    release(body)
    body.refuse(new RefusalError('unavailable', 'overloaded'))
  }

  const greediest = () => largest([...clients.values()].filter(({ arriving }) => arriving.size > 0))

  return {
    open: (client) => ({ client, bytes: 0, refuse: refuseNothing }),
    arrives(body, refuse) {
      body.refuse = refuse
      clientNamed(body.client).arriving.add(body)
    },
    add(body, bytes) {
      const client = clientNamed(body.client)
      count(body, client, bytes + PIECE_BYTES)
      if (client.bytes > clientBytes) refuseLargest(client)
      while (total > totalBytes) refuseLargest(greediest())
    },
    arrived: (body) => void clients.get(body.client)?.arriving.delete(body),
    release,
    bytes: () => total,
  }
}

/** @throws TypeError when `list` is empty. A body that is being counted is arriving, so its lists are not empty. */
const largest = <T extends { bytes: number }>(list: Iterable<T>): T =>
  [...list].reduce((one, other) => (other.bytes > one.bytes ? other : one))
