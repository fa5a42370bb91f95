import { SluiceError } from '@sluice/events'

const REPLICATE = 'https://api.replicate.com'
/** Longer responses are rejected. A prediction with its logs is far shorter. */
const MAX_CHARACTERS = 20_000_000

export interface ReplicateApi {
  /**
   * The current state of a prediction or training; undefined if Replicate has none with this id.
   * @throws ReplicateApiError
   */
  prediction(id: string): Promise<unknown>
}

/** Replicate's API did not answer, refused the request, or sent an unreadable response. */
export class ReplicateApiError extends SluiceError {
  override readonly name = 'ReplicateApiError'

  constructor(code: string, options?: ErrorOptions) {
    super(code, code, options)
  }
}

/** https://replicate.com/docs/reference/http#predictions.get */
export function createReplicateApi({ token, base = REPLICATE, timeoutMs }: ApiOptions): ReplicateApi {
  async function get(path: string): Promise<unknown> {
    const response = await fetch(new URL(path, base), {
      headers: { authorization: `Bearer ${token}` },
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    }).catch((cause: unknown) => {
      throw new ReplicateApiError('replicate_unavailable', { cause })
    })
    if (response.status === 404) return undefined
    if (!response.ok) throw new ReplicateApiError(`replicate_${response.status}`)
    return parsed(response)
  }

  return {
    prediction: async (id) => {
      const name = encodeURIComponent(id)
      return (await get(`/v1/predictions/${name}`)) ?? get(`/v1/trainings/${name}`)
    },
  }
}

interface ApiOptions {
  token: string
  /** Default: Replicate's own. */
  base?: string | undefined
  timeoutMs: number
}

async function parsed(response: Response): Promise<unknown> {
  try {
    const text = await response.text()
    if (text.length <= MAX_CHARACTERS) return JSON.parse(text)
  } catch (cause) {
    throw new ReplicateApiError('replicate_unreadable', { cause })
  }
  throw new ReplicateApiError('replicate_unreadable')
}
