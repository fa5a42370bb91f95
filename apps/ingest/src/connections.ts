import { readFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { metrics } from '@sluice/runtime/metrics'
import { networkOf, parseAddress } from './address-list.ts'

export interface ConnectionCaps {
  total: number
  /** Per client address; null: no cap. */
  perClient: number | null
}

/** Far more than the senders and proxies of ordinary traffic open. */
const TOTAL_MAX = 4096
/** Descriptors for stores, files, the ops port, and connections that are being closed. */
const RESERVED_DESCRIPTORS = 384
/** Closed connections keep their descriptors for a moment. Over so many, Node drops new connections itself. */
const CLOSING_MAX = 128

/**
 * Below the number of descriptors that the process may open. One address may use half. Behind a proxy all connections
 * come from its address, so the proxy has to limit its clients.
 */
export function connectionCaps(trustProxy: number, descriptors = descriptorLimit()): ConnectionCaps {
  const total = Math.min(TOTAL_MAX, Math.max(descriptors - RESERVED_DESCRIPTORS, Math.floor(descriptors / 2)))
  return { total, perClient: trustProxy > 0 ? null : Math.ceil(total / 2) }
}

/** Infinite where the system does not tell. Node has raised the soft limit to the hard one. */
function descriptorLimit(): number {
  try {
    const [, soft] = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? []
    return Number(soft ?? Number.POSITIVE_INFINITY)
  } catch {
    return Number.POSITIVE_INFINITY
  }
}

export interface Connections {
  /** The event on this connection is being recorded: the connection is not closed in favor of another. */
  protect(socket: Socket): void
  unprotect(socket: Socket): void
  count(): number
}

interface Client {
  name: string
  count: number
  /** Connections that may be closed, first the one whose last event is longest ago. */
  closable: Set<Socket>
}

/**
 * Limits the connections of a server. Over a cap, the connection that has been without a complete event for longest is
 * closed: of the new connection's client, or of the client with the most connections. Idle and slow connections
 * therefore keep nobody out. The new one itself is closed only while all others wait for their answers.
 */
export function limitConnections(server: Server, { total, perClient }: ConnectionCaps): Connections {
  const clients = new Map<string, Client>()
  const clientOf = new Map<Socket, Client>()
  server.maxConnections = total + CLOSING_MAX
  server.on('connection', accept)

  function accept(socket: Socket): void {
    const client = add(socket)
    socket.once('close', () => remove(socket))
    if (perClient !== null && client.count > perClient) closeOldest(client, 'client')
    else if (clientOf.size > total) closeOldest(busiest(clients.values()), 'total')
  }

  function add(socket: Socket): Client {
    const name = networkOf(parseAddress(socket.remoteAddress))
    const client = clients.get(name) ?? { name, count: 0, closable: new Set() }
    clients.set(name, client)
    clientOf.set(socket, client)
    client.closable.add(socket)
    client.count += 1
    return client
  }

  function remove(socket: Socket): void {
    const client = clientOf.get(socket)
    if (!client) return
    clientOf.delete(socket)
    client.closable.delete(socket)
    client.count -= 1
    if (client.count === 0) clients.delete(client.name)
  }

  function closeOldest({ closable }: Client, cap: string): void {
    const [socket] = closable
    if (!socket) return
    remove(socket)
    socket.destroy()
    metrics.connectionsClosed.inc({ cap })
  }

  return {
    protect: (socket) => void clientOf.get(socket)?.closable.delete(socket),
    unprotect: (socket) => void clientOf.get(socket)?.closable.add(socket),
    count: () => clientOf.size,
  }
}

/** A new connection may be closed, so its client has one to close. */
const busiest = (clients: Iterable<Client>): Client =>
  [...clients]
    .filter(({ closable }) => closable.size > 0)
    .reduce((one, other) => (other.count > one.count ? other : one))
