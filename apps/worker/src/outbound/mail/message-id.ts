import { createHash } from 'node:crypto'

/** The Message-ID of an effect's e-mail. Mail systems that deduplicate by Message-ID show a repeat only once. */
export function messageIdOf(effectKey: string, domain: string): string {
  return `<${createHash('sha256').update(effectKey).digest('hex')}@${domain}>`
}
