import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import type { File } from '@sluice/database/forget'
import {
  documentFileOf,
  emailFileOf,
  mailFolderOf,
  openStoredFiles,
  placeOf,
  type StoredFiles,
} from '@sluice/stored-files'

const TIMEOUT_MS = 20_000
const TRIES_MAX = 3
const PAUSE_MS = 300

/** Extensions of pictures, videos and other outputs, for a copy whose worker died before it recorded the name. */
const EXTENSIONS = [
  '',
  ...'png jpg jpeg webp gif avif svg mp4 webm mov mp3 wav flac txt json zip glb bin'
    .split(' ')
    .map((name) => `.${name}`),
]

export interface PersonFiles {
  /** Undefined if there is no such file. */
  read(file: File): Promise<{ name: string; body: Readable } | undefined>
  /** Tries three times. */
  remove(file: File): Promise<void>
  close(): void
}

/** The asset store of the environment, which must be the worker's, and the folder of e-mails. */
export function openPersonFiles(env: NodeJS.ProcessEnv = process.env): PersonFiles {
  const place = placeOf(env['ASSET_STORE'] || 'file:.sluice/assets')
  if (!place) throw new Error('ASSET_STORE must be file:<folder> or s3://<bucket>/<prefix>')
  const endpoint = env['S3_ENDPOINT'] || undefined
  const assets = openStoredFiles(place.kind === 's3' ? { ...place, endpoint } : place, { timeoutMs: TIMEOUT_MS })
  const emails = openStoredFiles({ kind: 'file', directory: mailFolderOf(place) }, { timeoutMs: TIMEOUT_MS })
  let checked: Promise<void> | undefined
  const check = () => {
    checked ??= assets.check()
    return checked
  }

  return {
    async read(file) {
      if (file.kind === 'stored') await check()
      for (const [store, key, folder] of placesOf(file, assets, emails)) {
        const body = await store.read(key)
        if (body) return { name: `${folder}/${key}`, body }
      }
      return undefined
    },
    async remove(file) {
      if (file.kind === 'stored') await check()
      for (const [store, key] of placesOf(file, assets, emails)) await withRetry(() => store.remove(key))
    },
    close: () => {
      assets.close()
      emails.close()
    },
  }
}

type Place = [store: StoredFiles, key: string, folder: 'files' | 'emails']

/** All places where the file may be. */
function placesOf(file: File, assets: StoredFiles, emails: StoredFiles): Place[] {
  switch (file.kind) {
    case 'stored':
      return [[assets, file.key, 'files']]
    case 'document':
      return [[assets, documentFileOf(file.document, file.paymentId, file.replay), 'files']]
    case 'copy':
      return EXTENSIONS.map((extension) => [assets, `${file.assetKey}${extension}`, 'files'])
    case 'email':
      return [[emails, emailFileOf(file.effectKey), 'emails']]
  }
}

async function withRetry(work: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work()
    } catch (error) {
      if (tries >= TRIES_MAX) throw error
      await sleep(PAUSE_MS * 2 ** tries)
    }
  }
}
