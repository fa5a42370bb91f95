import { createHash } from 'node:crypto'

/** The one place of a job's file, whoever copies it and however often: `<job>/<hash of pointer>`. */
export const assetKeyOf = (jobId: string, pointer: string): string =>
  `${folderOf(jobId)}/${sha256(pointer).slice(0, 32)}`

/** The host's ids are any text: one that would be no name of a folder is hashed. */
const folderOf = (jobId: string): string =>
  /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/.test(jobId) ? jobId : `h.${sha256(jobId)}`

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
