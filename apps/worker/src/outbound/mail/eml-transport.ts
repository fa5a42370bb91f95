import { createHash } from 'node:crypto'
import { createTransport } from 'nodemailer'
import type { ObjectStore } from '../store/index.ts'
import type { Transport } from './transport.ts'

/** Writes each message to an `.eml` file that e-mail clients can open. Used without a mail server. */
export function emlTransport(files: ObjectStore): Transport {
  const composer = createTransport({ streamTransport: true, buffer: true })
  return {
    async send({ effectKey, ...message }) {
      const composed = await composer.sendMail(message)
      await files.put(fileNameOf(effectKey), composed.message as Buffer, { contentType: 'message/rfc822' })
    },
    close: () => {},
  }
}

/** Readable, and unique per key. */
function fileNameOf(effectKey: string): string {
  const readable = effectKey.replace(/[^\w.-]+/g, '-').slice(0, 100)
  return `${readable}-${createHash('sha256').update(effectKey).digest('hex').slice(0, 8)}.eml`
}
