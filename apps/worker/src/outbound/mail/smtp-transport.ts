import type { Readable } from 'node:stream'
import { withDeadline } from '@sluice/runtime/deadline'
import { Semaphore, withTimeout } from 'async-mutex'
import { createTransport } from 'nodemailer'
import { createCircuit } from '../circuit.ts'
import { UnreachableError } from '../unreachable.ts'
import { DeliveryUnknownError } from './delivery-unknown-error.ts'
import { mailErrorOf } from './mail-error.ts'
import { smtpAddress } from './smtp-address.ts'
import type { Transport } from './transport.ts'

/** Maximum number of open connections to the mail server. Many servers refuse more. */
const CONNECTIONS = 5

/** The longest first pause of a server that failed, for tests with short time limits. */
const PAUSE_MS = 2_000

/**
 * Sends e-mail over SMTP. A message that cannot be sent fails at once and is never queued, because the effect is
 * retried, and a message must not be sent after its effect has failed.
 */
export function smtpTransport(url: string, timeoutMs: number): Transport {
  const pooled = createTransport({
    ...smtpAddress(url),
    pool: true,
    maxConnections: CONNECTIONS,
    maxRequeues: 0,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  // The stream of a message is read only after the server answered to DATA.
  const streams = new Map<string, Readable>()
  pooled.use('stream', ({ message }, done) => {
    const create = message.createReadStream.bind(message)
    message.createReadStream = (options) => {
      const stream = create(options)
      streams.set(message.messageId(), stream)
      return stream
    }
    done()
  })
  const busy = new UnreachableError('smtp_busy', { cause: 'busy' })
  const connections = withTimeout(new Semaphore(CONNECTIONS), timeoutMs / 2, busy)
  const circuit = createCircuit({ failureOf, firstMs: Math.min(PAUSE_MS, timeoutMs) })

  return {
    async send({ effectKey: _, ...message }) {
      const { messageId } = message
      await connections.runExclusive(() =>
        circuit.run(async () => {
          const signal = AbortSignal.timeout(timeoutMs)
          try {
            await withDeadline(pooled.sendMail({ ...message, signal }), timeoutMs * 1.1, 'mail')
          } catch (error) {
            throw mailErrorOf(error, streams.get(messageId)?.readableDidRead ?? false)
          } finally {
            streams.delete(messageId)
          }
        }),
      )
    },
    close: () => pooled.close(),
  }
}

/** A server that hangs after one message would hang after the next one, too. One that defers a recipient would not. */
function failureOf(error: unknown): UnreachableError | undefined {
  if (error instanceof DeliveryUnknownError) return new UnreachableError('ETIMEDOUT')
  return error instanceof UnreachableError && error.wait.cause !== 'deferred' ? error : undefined
}
