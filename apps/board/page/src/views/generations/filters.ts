/** The filters that the list of generations has. */
export const GENERATION_FILTERS = ['status', 'user', 'since', 'until'] as const
