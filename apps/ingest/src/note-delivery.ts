import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { DeliveryLog } from '@sluice/database/append'
import type { RefusalError, VerifiedEvent } from '@sluice/events'
import { coarseNetworkOf } from './address-list.ts'
import { clientAddress } from './check-request.ts'

/** Beyond it, an announced length is no number of bytes. */
const INT_MAX = 2 ** 31 - 1

/** Notes answered requests that repeated an event or were refused. Of a body it keeps length and hash. */
export function createDeliveryNotes(provider: string, log: DeliveryLog, trustProxy: number) {
  const networkOf = (request: IncomingMessage) => coarseNetworkOf(clientAddress(request, trustProxy))

  return {
    repeated(request: IncomingMessage, { eventId, rawBody }: VerifiedEvent, answeredMs: number): void {
      log.note({ provider, outcome: 'duplicate', reason: null }, () => ({
        eventId,
        addressNet: networkOf(request),
        bytes: rawBody.length,
        bodyHash: hashOf(rawBody),
        answeredMs,
      }))
    },
    /** @param body null: it was not read */
    refused(request: IncomingMessage, { reason }: RefusalError, body: Buffer | null, answeredMs: number): void {
      log.note({ provider, outcome: 'refused', reason }, () => ({
        eventId: null,
        addressNet: networkOf(request),
        bytes: body?.length ?? announcedBytes(request),
        bodyHash: body && hashOf(body),
        answeredMs,
      }))
    },
  }
}

const hashOf = (body: Buffer): string => createHash('sha256').update(body).digest('hex')

function announcedBytes({ headers }: IncomingMessage): number | null {
  const bytes = Number(headers['content-length'])
  return bytes <= INT_MAX ? bytes : null
}
