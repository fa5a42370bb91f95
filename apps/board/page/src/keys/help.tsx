import { Dialog } from '@base-ui/react/dialog'
import { useState } from 'react'
import { areSingleKeysOn, switchSingleKeys } from './switch.ts'
import type { Key } from './use-keys.ts'

interface Props {
  keys: Key[]
  close: () => void
}

/** The list of keys, and the switch for those that are single letters. */
export function Help({ keys, close }: Props) {
  const [isOn, setOn] = useState(areSingleKeysOn)
  const change = (next: boolean) => {
    switchSingleKeys(next)
    setOn(next)
  }
  return (
    <Dialog.Root open onOpenChange={close}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog">
          <Dialog.Title>Keys</Dialog.Title>
          <dl className="keys">
            {keys.map(({ key, does }) => (
              <div key={key}>
                <dt>
                  {key.split(' ').map((one) => (
                    <kbd key={one}>{one === '⌘k' ? '⌘K or Ctrl K' : one}</kbd>
                  ))}
                </dt>
                <dd>{does}</dd>
              </div>
            ))}
            <div>
              <dt>
                <kbd>Enter</kbd>
              </dt>
              <dd>Open the row</dd>
            </div>
          </dl>
          <label className="switch">
            <input type="checkbox" checked={isOn} onChange={({ target }) => change(target.checked)} />
            Single keys work. Switch them off if you dictate, or if another program uses them.
          </label>
          <Dialog.Close className="close">Close</Dialog.Close>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
