import { createHash } from 'node:crypto'

/** The Message-ID of an effect's message: e-mail systems show two messages with one id once. */
export function messageIdOf(effectKey: string, domain: string): string {
  return `<${createHash('sha256').update(effectKey).digest('hex')}@${domain}>`
}
