import type { SendChoices } from '../../api/types.ts'
import { Field } from './fields.tsx'

/** A sample and its differences. An empty text is the sample's own. */
export interface Chosen {
  provider: string
  type: string
  id: string
  customer: string
  apiVersion: string
  isThin: boolean
}

interface Props {
  choices: SendChoices
  chosen: Chosen
  choose: (chosen: Chosen) => void
  /** A body that a person wrote is sent as it is, so nothing of the sample counts. */
  isWritten: boolean
}

export function SampleFields({ choices: { providers, versions }, chosen, choose, isWritten }: Props) {
  const types = providers.find(({ provider }) => provider === chosen.provider)?.types ?? []
  const text = (key: 'id' | 'customer') => ({
    value: chosen[key],
    placeholder: 'a new one',
    autoComplete: 'off',
    onChange: ({ target }: { target: HTMLInputElement }) => choose({ ...chosen, [key]: target.value.trim() }),
  })
  const change = (name: string) => {
    const first = providers.find(({ provider }) => provider === name)?.first ?? ''
    choose({ ...chosen, provider: name, type: first, customer: '', apiVersion: '', isThin: false })
  }
  const [newest = '', ...older] = versions.toReversed()
  return (
    <fieldset disabled={isWritten}>
      <legend>{isWritten ? 'Sample: the body below is sent instead' : 'Sample'}</legend>
      <Field label="Provider">
        <select value={chosen.provider} onChange={({ target }) => change(target.value)}>
          {providers.map(({ provider }) => (
            <option key={provider}>{provider}</option>
          ))}
        </select>
      </Field>
      <Field label="Type">
        <select value={chosen.type} onChange={({ target }) => choose({ ...chosen, type: target.value })}>
          {types.map((type) => (
            <option key={type}>{type}</option>
          ))}
        </select>
      </Field>
      <Field label="Event id">
        <input {...text('id')} />
      </Field>
      {chosen.provider === 'stripe' && (
        <>
          <Field label="Customer">
            <input {...text('customer')} />
          </Field>
          <Field label="API version">
            <select
              value={chosen.apiVersion}
              onChange={({ target }) => choose({ ...chosen, apiVersion: target.value })}
            >
              <option value="">{newest}</option>
              {older.map((version) => (
                <option key={version}>{version}</option>
              ))}
            </select>
          </Field>
          <label>
            <input
              type="checkbox"
              checked={chosen.isThin}
              onChange={({ target }) => choose({ ...chosen, isThin: target.checked })}
            />{' '}
            as a thin event
          </label>
        </>
      )}
    </fieldset>
  )
}
