import { type Unreadable, withImportPreview } from '@sluice/database/import'
import { connect } from '@sluice/database/pool'
import { RefusalError, readImportEventId, type VerifiedEvent } from '@sluice/events'
import { type ImportedObject, importEvent, readList } from '@sluice/providers/stripe/api'
import { readPreviewRules } from '../replay/preview-rules.ts'
import { placementOf, readSettings, requireSetting } from '../settings.ts'
import { createEstimate } from './estimate.ts'
import { explain, type OpenedImport } from './open.ts'

/** How many there are, and the first of them: a large account has more than memory should hold. */
export interface Counted<T> {
  count: number
  first: T[]
}

export interface DryRun {
  /** How many objects were read. */
  read: number
  /** Ids of users who are FREE and would be PREMIUM. */
  gain: Counted<string>
  /** Ids of users who are PREMIUM and would be FREE. */
  lose: Counted<string>
  /** Ids of customers who pay and belong to no user. */
  payersWithoutUser: Counted<string>
  unreadable: Counted<{ object: string; cause: string }>
}

const FIRST = 1_000
/** Copying large tables takes a while. */
const DEADLINE_MS = 600_000

/** Finds out what an import would change, and writes nothing. */
export async function dryRun({ api, accounts, since, ...opened }: OpenedImport): Promise<DryRun> {
  const lists = opened.lists.filter(({ isRepeated }) => !isRepeated)
  const settings = readSettings()
  const pool = connect(requireSetting(settings, 'databaseUrl'), {
    max: 2,
    applicationName: 'sluice-cli',
    deadlineMs: DEADLINE_MS,
    placement: placementOf(settings),
  })
  const found: DryRun = { read: 0, gain: none(), lose: none(), payersWithoutUser: none(), unreadable: none() }
  const estimate = createEstimate({ accounts, lists, since })
  try {
    return await withImportPreview(pool, readPreviewRules(), async (preview) => {
      for (const account of accounts) {
        for (const list of lists) {
          for await (const page of readList(api, list, { ...account, since, cursor: null })) {
            found.read += page.imported.length
            const events = page.imported.flatMap((object) => eventOf(object, found))
            for (const one of await preview.apply(events)) add(found.unreadable, describe(one))
            estimate.reached(account, list, page)
          }
          estimate.done(account, list)
        }
      }
      for await (const changes of preview.roleChanges()) {
        for (const { userId, after } of changes) add(after === 'PREMIUM' ? found.gain : found.lose, userId)
      }
      for await (const ids of preview.payersWithoutUser()) for (const id of ids) add(found.payersWithoutUser, id)
      return found
    })
  } catch (error) {
    return explain(error)
  } finally {
    estimate.finish()
    await pool.end()
  }
}

const none = <T>(): Counted<T> => ({ count: 0, first: [] })

function add<T>(counted: Counted<T>, one: T): void {
  counted.count += 1
  if (counted.first.length < FIRST) counted.first.push(one)
}

const describe = ({ eventId, cause }: Unreadable) => ({ object: readImportEventId(eventId).object, cause })

function eventOf(object: ImportedObject, found: DryRun): VerifiedEvent[] {
  try {
    return [importEvent(object)]
  } catch (error) {
    if (!(error instanceof RefusalError)) throw error
    add(found.unreadable, { object: object.name, cause: 'its id cannot be recorded' })
    return []
  }
}
