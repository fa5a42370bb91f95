import { Autocomplete } from '@base-ui/react/autocomplete'
import { Dialog } from '@base-ui/react/dialog'
import { useQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useCallback, useState } from 'react'
import { useMaySend } from '../actions/may-act.ts'
import { findQuery } from '../api/queries.ts'
import type { FindAnswer } from '../api/types.ts'
import { addressOf } from '../base.ts'
import { entriesOf, placesFor } from './entries.ts'
import { stopTypingAhead } from './typed-ahead.ts'
import { useDelayed } from './use-delayed.ts'

/** Answers while somebody types would be many. */
const PAUSE_MS = 200

/** One field for everything: an id, an address, or the name of a view. */
export function Palette({ close }: { close: () => void }) {
  const [text, setText] = useState('')
  /** At once: a person who pressed the key types on, and has typed meanwhile. */
  const begin = useCallback((input: HTMLInputElement | null) => {
    if (input === null) return
    input.focus()
    const before = stopTypingAhead()
    if (before !== '') setText((text) => text + before)
  }, [])
  const query = useDelayed(text.trim(), PAUSE_MS)
  const { data, isFetching, error } = useQuery({ ...findQuery(query), enabled: query.length >= 3 })
  const router = useRouter()
  const maySend = useMaySend()
  const entries = [...(data && query === text.trim() ? entriesOf(data.items) : []), ...placesFor(text.trim(), maySend)]
  const go = (to: string) => {
    close()
    if (to.startsWith('/queues')) location.assign(addressOf(to))
    else router.history.push(addressOf(to))
  }
  return (
    <Dialog.Root open onOpenChange={close}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog palette" aria-label="Find">
          <Autocomplete.Root
            inline
            open
            mode="none"
            autoHighlight="always"
            items={entries}
            itemToStringValue={({ to }) => to}
            value={text}
            onValueChange={(value, { reason }) => {
              if (reason !== 'item-press') setText(value)
            }}
          >
            <Autocomplete.Input
              ref={begin}
              aria-label="Find any id, or a view"
              placeholder="evt_…, cus_…, in_…, an address, a user, a view"
              spellCheck={false}
            />
            <Autocomplete.Status className="hint">{statusOf(query, isFetching, error, data)}</Autocomplete.Status>
            <Autocomplete.List aria-label="Found">
              {(entry: (typeof entries)[number]) => (
                <Autocomplete.Item key={entry.key} value={entry} onClick={() => go(entry.to)}>
                  <span className="kind">{entry.kind}</span>
                  <span className="id">{entry.label}</span>
                  <span className="about">{entry.about}</span>
                </Autocomplete.Item>
              )}
            </Autocomplete.List>
          </Autocomplete.Root>
          <Dialog.Close className="close">Close</Dialog.Close>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function statusOf(query: string, isFetching: boolean, error: Error | null, found: FindAnswer | undefined): string {
  if (query.length < 3)
    return 'Three letters or more. Whole ids are found at any age, parts of them among recent events.'
  if (isFetching) return 'Looking …'
  if (error) return 'The board does not answer.'
  const count = found?.items.length ?? 0
  if (count === 0) return 'Nothing has this key, nor do recent events have this part of one.'
  return found?.exact === false ? `${count} found with this part of an id` : `${count} found`
}
