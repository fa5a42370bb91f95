import { resolve } from 'node:path'
import { placeOf } from '@sluice/stored-files'
import { ingestUrl } from '../lib/delivery.ts'
import { placementOf, requireSetting, type Settings } from '../lib/settings.ts'

export interface Running {
  ingestUrl: string
  /** Variables that tell an example how to reach it. */
  env: Record<string, string>
}

const DEADLINE_MS = 5_000

/** @throws when Sluice does not run here. */
export async function requireRunning(settings: Settings): Promise<Running> {
  const databaseUrl = settings.hostDatabaseUrl ?? requireSetting(settings, 'databaseUrl')
  const url = ingestUrl(settings)
  // Ingest answers every path: with 404 where it has none.
  await fetch(url, { signal: AbortSignal.timeout(DEADLINE_MS) }).catch(() => {
    throw new Error(`Sluice does not answer at ${url}: run npm start in another terminal first.`)
  })
  return {
    ingestUrl: url,
    env: {
      DATABASE_URL: databaseUrl,
      DATABASE_SCHEMA: placementOf(settings).schema,
      SLUICE_URL: process.env['SLUICE_URL'] || url,
      ASSET_STORE: assetStore(),
    },
  }
}

/** The store as seen from the folder of the example. */
function assetStore(): string {
  const address = process.env['ASSET_STORE'] || 'file:.sluice/assets'
  const place = placeOf(address)
  return place?.kind === 'file' ? `file:${resolve(place.directory)}` : address
}
