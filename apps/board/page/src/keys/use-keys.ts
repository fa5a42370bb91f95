import { useEffect } from 'react'
import { areSingleKeysOn } from './switch.ts'

export interface Key {
  /** The characters, one after the other: `?`, `g e`. With ⌘ or Ctrl: `⌘k`. Shift is not told, as layouts differ. */
  key: string
  /** Its action in words, for the list of keys. */
  does: string
  run: () => void
}

/** The second of two keys must follow within this time. */
const PAUSE_MS = 1500

/** Binds keys while the component is there. Keys that are typed into a field, or meant for an open dialog, do nothing. */
export function useKeys(keys: Key[]): void {
  useEffect(() => {
    let before = { key: '', at: 0 }
    const listen = (event: KeyboardEvent) => {
      const found = find(keys, event, event.timeStamp - before.at < PAUSE_MS ? before.key : '')
      before = { key: event.key, at: event.timeStamp }
      if (found === undefined) return
      before.key = ''
      event.preventDefault()
      found.run()
    }
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }, [keys])
}

function find(keys: Key[], event: KeyboardEvent, before: string): Key | undefined {
  const { key, metaKey, ctrlKey, altKey } = event
  if (altKey || event.isComposing || event.defaultPrevented || document.querySelector('[role=dialog]')) return undefined
  if (metaKey || ctrlKey) return keys.find((one) => one.key === `⌘${key.toLowerCase()}`)
  if (isTyping(event.target) || !areSingleKeysOn()) return undefined
  return keys.find((one) => one.key === `${before} ${key}`) ?? keys.find((one) => one.key === key)
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('input:not([type=checkbox]), select, textarea') !== null
