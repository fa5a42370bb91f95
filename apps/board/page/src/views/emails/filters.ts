/** The filters that the list of e-mails has. */
export const EMAIL_FILTERS = ['kind', 'outcome', 'customer'] as const
