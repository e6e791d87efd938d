import { Scope } from '../../generated/vireo/v1/admin.ts'

/** What a key may do, as the key file and messages say it. */
export const scopes = ['feed', 'events', 'catalog', 'admin'] as const
export type ScopeName = (typeof scopes)[number]

const numbers: Record<ScopeName, Scope> = {
  feed: Scope.SCOPE_FEED,
  events: Scope.SCOPE_EVENTS,
  catalog: Scope.SCOPE_CATALOG,
  admin: Scope.SCOPE_ADMIN,
}

export const scopeNumber = (name: ScopeName): Scope => numbers[name]
export const scopeName = (number: Scope): ScopeName | undefined => scopes.find((name) => numbers[name] === number)
