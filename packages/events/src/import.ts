/** The prefix of the types of imported objects: `import.subscription`. */
const TYPE = 'import.'

/** Whether an event carries an object that `sluice import` fetched. No provider sends such a type. */
export const isImportType = (type: string): boolean => type.startsWith(TYPE)

export const importTypeOf = (object: string): string => `${TYPE}${object}`

const PREFIX = 'import-'
/** In hexadecimal digits. */
const DIGEST_LENGTH = 24
const REPEAT_LENGTH = 8

/** The place in the id of an imported event, counted from 1, at which the name of its object begins. */
export const IMPORT_OBJECT_AT = PREFIX.length + DIGEST_LENGTH + REPEAT_LENGTH + 2

export interface ImportId {
  /** Hash of what the object says, in hexadecimal digits; only the first 24 count. */
  digest: string
  /** Its kind and its provider's id: `subscription.sub_1`. */
  object: string
  /** Tells apart the events of an object that says again what it said earlier; a whole number below 2^32. */
  repeat?: number
}

/** The same object that says the same has the same id, so that a second import adds no second event. */
export function importEventId({ digest, object, repeat = 0 }: ImportId): string {
  return `${PREFIX}${digest.slice(0, DIGEST_LENGTH)}${repeat.toString(16).padStart(REPEAT_LENGTH, '0')}-${object}`
}

export const readImportEventId = (eventId: string): Required<ImportId> => ({
  digest: eventId.slice(PREFIX.length, PREFIX.length + DIGEST_LENGTH),
  repeat: Number.parseInt(eventId.slice(PREFIX.length + DIGEST_LENGTH, IMPORT_OBJECT_AT - 2), 16),
  object: eventId.slice(IMPORT_OBJECT_AT - 1),
})
