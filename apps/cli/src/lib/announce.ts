import { oneLine } from './print.ts'
import type { Settings } from './settings.ts'

let isAnnounced = false

/** Says once which database a command uses, when it is not the one that runs in this folder. */
export function announceDatabase({ stateIgnoredFor }: Settings, url: string): void {
  if (!stateIgnoredFor || isAnnounced) return
  isAnnounced = true
  console.error(`Database: ${placeOf(url)}, as ${stateIgnoredFor} is set. What npm start runs here is not used.`)
}

/** Without user and password. */
function placeOf(url: string): string {
  if (!URL.canParse(url)) return 'the given one'
  const { host, pathname } = new URL(url)
  return oneLine(`${decodeURI(pathname.slice(1)) || 'the default one'} on ${host || 'this machine'}`)
}
