import type { Pool } from '@sluice/database/pool'
import { type Answer, type Delivery, insertHostRows, post, signedHeaders, verified } from '@sluice/sending'

/** All that the view Send needs. Production has none of it. */
export interface Sending {
  /** Base address of ingest. */
  ingestUrl: string
  /** The first signing secret of each provider that has one. */
  secrets: Record<string, string | undefined>
  /** Connections as the host application, which has the users and generation jobs; null without `HOST_DATABASE_URL`. */
  host: Pool | null
}

export interface SignAs {
  /** Signed so long ago that ingest refuses it as too old. */
  isLate?: boolean | undefined
  /** Signed with a secret that ingest does not have. */
  isForged?: boolean | undefined
}

/** A request, signed but not yet posted. */
export interface Signed {
  delivery: Delivery
  headers: Record<string, string>
}

/** More than any tolerance that a person would set. */
const LATE_MS = 7 * 86_400_000

const FORGED = `whsec_${Buffer.alloc(24, 'x').toString('base64')}`

/** @returns null if the provider needs a secret and the board has none */
export function headersFor({ secrets }: Sending, delivery: Delivery, { isLate, isForged }: SignAs) {
  const at = isLate ? new Date(Date.now() - LATE_MS) : undefined
  return signedHeaders(delivery, isForged ? FORGED : secrets[delivery.provider], at)
}

/** The user and the generation job of this event, unless nobody can read it. Made users get no e-mail. */
export async function insertRowsOf(host: Pool, delivery: Delivery): Promise<void> {
  try {
    verified(delivery)
  } catch {
    return
  }
  await insertHostRows(host, [delivery], { withEmail: false })
}

/** Posts one after the other. @throws when ingest does not answer */
export async function sendAll(
  { ingestUrl }: Sending,
  signed: readonly Signed[],
): Promise<(Answer & { delivery: Delivery })[]> {
  const answers: (Answer & { delivery: Delivery })[] = []
  for (const { delivery, headers } of signed) answers.push({ delivery, ...(await post(delivery, ingestUrl, headers)) })
  return answers
}
