import type { ApiSettings } from '@sluice/providers/apis'
import {
  createStripeApi,
  IMPORT_GROUPS,
  IMPORT_LISTS,
  type ImportList,
  paced,
  probe,
  type StripeApi,
  StripeApiError,
} from '@sluice/providers/stripe/api'
import { readEnv } from '@sluice/runtime/environment'
import { commaSeparated } from '@sluice/runtime/settings'
import { z } from 'zod'

const shape = {
  STRIPE_ACCOUNTS: commaSeparated,
  LIVEMODE: z.enum(['true', 'false'], { error: 'must be true or false' }).optional(),
}

/** An account that is to be imported. */
export interface ImportAccount {
  /** Null: our own. */
  account: string | null
  livemode: boolean | null
  /** When it was created; null if the key may not know. */
  created: Date | null
}

export interface OpenedImport {
  api: StripeApi
  lists: readonly ImportList[]
  accounts: readonly ImportAccount[]
  since: Date | null
}

/**
 * Opens Stripe's API, and checks that the key may read all that is wanted.
 * @throws an error that says what to do.
 */
export async function openImport(
  settings: ApiSettings,
  { names, since }: { names: readonly string[]; since: Date | null },
): Promise<OpenedImport> {
  const env = readEnv(shape, process.env)
  const wanted = new Set(names.flatMap((name) => IMPORT_GROUPS[name] ?? []))
  const lists = IMPORT_LISTS.filter(({ name }) => wanted.has(name))
  const api = paced(createStripeApi(settings), settings.key)
  const accounts: ImportAccount[] = []
  const missing: string[] = []
  for (const account of [null, ...env.STRIPE_ACCOUNTS]) {
    const probed = await probe(api, { key: settings.key, account, lists }).catch(explain)
    accounts.push({ account, livemode: probed.livemode, created: probed.created })
    if (probed.missing.length > 0) missing.push(`${probed.missing.join(', ')}${account ? ` of ${account}` : ''}`)
  }
  if (missing.length > 0) throw new Error(describeMissing(missing))
  checkMode(accounts, env.LIVEMODE)
  return { api, lists, accounts, since }
}

const describeMissing = (missing: string[]): string =>
  [
    'STRIPE_API_KEY may not read:',
    ...missing.map((permissions) => `  ${permissions}`),
    'Allow it to read them in the Stripe dashboard, or leave them out with --only. Nothing was read.',
  ].join('\n')

function checkMode([own]: ImportAccount[], livemode: string | undefined): void {
  if (livemode === undefined || own?.livemode === null || String(own?.livemode) === livemode) return
  const mode = own?.livemode ? 'live' : 'test'
  throw new Error(`STRIPE_API_KEY is a key of ${mode} mode, and workers ignore that mode (LIVEMODE=${livemode}).`)
}

/** @throws an error that says what to do. */
export function explain(error: unknown): never {
  if (!(error instanceof StripeApiError)) throw error
  if (error.forbidden !== null)
    throw new Error(
      `STRIPE_API_KEY may not read ${error.forbidden} any more. Allow it to in the Stripe dashboard, and run the import again.`,
      { cause: error },
    )
  const isUnavailable = error.code === 'stripe_unavailable'
  throw new Error(`${error.message}${isUnavailable ? '. Try again later.' : ': is STRIPE_API_KEY right?'}`, {
    cause: error,
  })
}
