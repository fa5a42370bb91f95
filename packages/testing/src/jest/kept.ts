interface Kept {
  directory: string
  stop: () => Promise<void>
}

/** Global: Jest loads the set-up and the teardown apart from each other. */
const place = globalThis as { sluiceTestStore?: Kept }

export function keep(store: Kept): void {
  place.sluiceTestStore = store
}

export const kept = (): Kept | undefined => place.sluiceTestStore
