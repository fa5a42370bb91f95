/** Advice about a cause, by its first word: an errno of Node, or why an effect waits. */
const ADVICE: Record<string, string> = {
  unreachable:
    'No connection to the other server: is it running, and is its address right? It is tried again by itself.',
  unavailable: 'The other server cannot serve now. It is tried again by itself.',
  rate_limited: 'The other server asks for fewer requests. It is tried again by itself.',
  deferred: 'The mail server takes it later. It is tried again by itself.',
  access_denied: 'The login is refused, or may not do this: check user, password and rights.',
  clock_or_token: 'The clock of the worker is wrong, or a token has expired.',
  no_space: 'The disk or quota is full: make room.',
  read_only: 'The disk cannot be written to: mount it for writing.',
  busy: 'The worker has no file descriptors or no time left: start another one, or raise its limits.',
  not_ready: 'Another effect has to end first.',
  ENOTDIR:
    'A part of the path in ASSET_STORE is a file, where a folder is needed. Correct it for the workers, then try again.',
  ENAMETOOLONG: 'The path in ASSET_STORE is too long for this disk.',
  EEXIST: 'A file is where ASSET_STORE needs a folder. Move it away, then try again.',
  EISDIR: 'A folder is where ASSET_STORE needs a file. Move it away, then try again.',
  ELOOP: 'The path in ASSET_STORE has links that lead in a circle.',
  EIO: 'The disk of ASSET_STORE has failed: look at the log of its machine.',
  crashed: 'Each run ended the worker. Its log names the place; redrive it once that is mended.',
  timeout: 'It took longer than HANDLER_TIMEOUT_MS each time.',
  invalid_object:
    'The object has another shape than its handler expects: is the API version of the endpoint supported?',
  handler_threw: 'A bug in the handler, at the place that the cause names. Mend it, deploy, then try now.',
  effect_threw: 'A bug in the effect, at the place that the cause names. Mend it, deploy, then try again.',
}

/** A sentence about what to do; undefined where the cause says it. */
export const adviceFor = (cause: string): string | undefined => ADVICE[/^\w+/.exec(cause)?.[0] ?? '']

/** A recorded cause, and what to do about it. */
export function Cause({ text }: { text: string }) {
  const advice = adviceFor(text)
  return (
    <>
      <span className="below error">{text}</span>
      {advice && <span className="below">{advice}</span>}
    </>
  )
}
