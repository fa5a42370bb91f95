import type { RowChange } from '../sql/row-changes.ts'

/** Entitlements that came and went, as changes of their source: a customer of Stripe, or a subscription. */
export const entitlementChanges = (
  came: { source?: unknown; feature?: unknown }[],
  went: { source?: unknown; feature?: unknown }[],
): RowChange[] => [
  ...came.map(({ source, feature }) => changeOf(source, null, String(feature))),
  ...went.map(({ source, feature }) => changeOf(source, String(feature), null)),
]

const changeOf = (source: unknown, before: string | null, after: string | null): RowChange => ({
  ...{ table: 'entitlements', key: String(source), column: 'feature', before, after, eventId: null },
})
