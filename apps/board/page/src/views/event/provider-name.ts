/** As the provider writes itself. */
export const providerName = (provider: string): string => provider.charAt(0).toUpperCase() + provider.slice(1)
