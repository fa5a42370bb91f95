import { useMutation } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { postLifecycles } from './api.ts'
import { Check, Errors, Field } from './fields.tsx'
import { Result } from './result.tsx'

/** Customers from their first payment to their last, and predictions: the same seed makes the same events. */
export function LifecyclesForm() {
  const sent = useMutation({ mutationFn: postLifecycles })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (sent.isPending) return
    const form = new FormData(event.currentTarget)
    sent.mutate({
      events: Number(form.get('events')),
      seed: String(form.get('seed')),
      duplicates: form.get('duplicates') === null ? 0 : 0.1,
      isShuffled: form.get('isShuffled') !== null,
    })
  }
  return (
    <>
      <form onSubmit={submit} className="send">
        <Field label="Events">
          <input name="events" type="number" min={1} max={500} defaultValue={50} required />
        </Field>
        <Field label="Seed">
          <input name="seed" defaultValue="1" maxLength={50} required autoComplete="off" />
        </Field>
        <fieldset>
          <legend>How</legend>
          <Check name="duplicates">a tenth of them twice</Check>
          <Check name="isShuffled">in random order</Check>
        </fieldset>
        <button type="submit">{sent.isPending ? 'Sending …' : 'Send lifecycles'}</button>
        <Errors of={[sent.error]} />
      </form>
      {sent.data && <Result result={sent.data} />}
    </>
  )
}
