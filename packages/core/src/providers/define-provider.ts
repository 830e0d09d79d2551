import type { KnownProvider } from './provider.ts'

/** Declares a provider: the object as given, typed where it is written and frozen, for it is shared by everything. */
export function defineProvider(provider: KnownProvider): KnownProvider {
  return Object.freeze(provider)
}
