import { randomUUID } from 'node:crypto'
import { providerOf } from '@sluice/providers'
import { changeEvent, type Delivery, type EventChanges, idIn, sampleEvent } from '@sluice/sending'

interface Asked extends EventChanges {
  provider: string
  type: string
  id?: string | undefined
  apiVersion?: string | undefined
  body?: string | undefined
}

/** The body that a person wrote, byte for byte, or the sample with its changes. */
export async function deliveryOf(asked: Asked): Promise<Delivery> {
  const { provider, type, id, apiVersion, body } = asked
  const made = id ?? `${providerOf(provider).eventId.prefix}${randomUUID().replaceAll('-', '').slice(0, 24)}`
  if (body) return { provider, id: idWritten(provider, body) ?? made, body }
  return changeEvent(await sampleEvent(provider, type, made, apiVersion), asked)
}

/** A person may send what is no JSON, to see it refused. */
function idWritten(provider: string, body: string): string | undefined {
  try {
    return idIn(provider, body)
  } catch {
    return undefined
  }
}
