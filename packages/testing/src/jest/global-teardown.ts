import { rm } from 'node:fs/promises'
import { kept } from './kept.ts'

export default async function globalTeardown(): Promise<void> {
  const store = kept()
  if (!store) return
  await store.stop()
  await rm(store.directory, { recursive: true, force: true })
}
