import { emailFileOf } from '@sluice/stored-files'
import { createTransport } from 'nodemailer'
import type { ObjectStore } from '../store/index.ts'
import type { Transport } from './transport.ts'

/** Writes each message to an `.eml` file that e-mail clients can open. Used without a mail server. */
export function emlTransport(files: ObjectStore): Transport {
  const composer = createTransport({ streamTransport: true, buffer: true })
  return {
    async send({ effectKey, ...message }) {
      const composed = await composer.sendMail(message)
      await files.put(emailFileOf(effectKey), composed.message as Buffer, { contentType: 'message/rfc822' })
    },
    close: () => {},
  }
}
