import { createHash } from 'node:crypto'
import { dirname, join } from 'node:path'
import type { StorePlace } from './place.ts'

/** Folder of e-mails without a mail server, below the working directory of the worker. */
export const MAIL_FOLDER = '.sluice/mail'

/** The same, seen from elsewhere: beside the default folder of assets, if they are in that. */
export const mailFolderOf = (assets: StorePlace): string =>
  assets.kind === 'file' && assets.directory.endsWith('.sluice/assets')
    ? join(dirname(assets.directory), 'mail')
    : MAIL_FOLDER

/** The name of an e-mail's file in it: readable, and unique per effect key. */
export function emailFileOf(effectKey: string): string {
  const readable = effectKey.replace(/[^\w.-]+/g, '-').slice(0, 100)
  return `${readable}-${createHash('sha256').update(effectKey).digest('hex').slice(0, 8)}.eml`
}
