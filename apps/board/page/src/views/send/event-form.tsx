import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { SendChoices } from '../../api/types.ts'
import { fetchSample, postSend } from './api.ts'
import { BodyField } from './body-field.tsx'
import { Check, Errors } from './fields.tsx'
import { Result } from './result.tsx'
import { type Chosen, SampleFields } from './sample-fields.tsx'

/** One event: a sample with its differences, or a body that a person writes, and how it is sent. */
export function EventForm({ choices }: { choices: SendChoices }) {
  const [chosen, setChosen] = useState<Chosen>(() => firstOf(choices))
  const [body, setBody] = useState('')
  const sample = useMutation({ mutationFn: fetchSample, onSuccess: (made) => setBody(pretty(made.body)) })
  const sent = useMutation({ mutationFn: postSend })
  const canSign = choices.providers.find(({ provider }) => provider === chosen.provider)?.canSign
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (sent.isPending) return // A button that is disabled meanwhile would lose the focus.
    const form = new FormData(event.currentTarget)
    const is = (name: string) => form.get(name) !== null
    const how = { isDuplicate: is('isDuplicate'), isLate: is('isLate'), isForged: is('isForged') }
    sent.mutate({ ...chosen, ...how, ...(body && { body }) })
  }
  return (
    <>
      <form onSubmit={submit} className="send">
        <SampleFields choices={choices} chosen={chosen} choose={setChosen} isWritten={body !== ''} />
        <fieldset>
          <legend>How</legend>
          <Check name="isDuplicate">twice</Check>
          <Check name="isLate">signed a week ago</Check>
          <Check name="isForged">with a wrong signature</Check>
        </fieldset>
        <BodyField
          body={body}
          write={setBody}
          fillIn={() => sample.mutate({ ...chosen, isThin: String(chosen.isThin) })}
          isPending={sample.isPending}
        />
        <button type="submit" disabled={!canSign}>
          {sent.isPending ? 'Sending …' : 'Send'}
        </button>
        {!canSign && (
          <p className="error">
            The board has no signing secret of {chosen.provider}: give it the same variable as ingest.
          </p>
        )}
        <Errors of={[sample.error, sent.error]} />
      </form>
      {sent.data && <Result result={sent.data} />}
    </>
  )
}

function firstOf({ providers }: SendChoices): Chosen {
  const first = providers.find(({ provider }) => provider === 'stripe') ?? providers[0]
  return {
    provider: first?.provider ?? '',
    type: first?.first ?? '',
    id: '',
    customer: '',
    apiVersion: '',
    isThin: false,
  }
}

const pretty = (text: string): string => JSON.stringify(JSON.parse(text), null, 2)
