/** What a server does: answers requests, keeps what is counted for those who only answer, brings the log into the lake. */
export const roles = ['api', 'features', 'lake'] as const
export type Role = (typeof roles)[number]

/** Roles separated by commas, each once. */
export const areRoles = (named: string): boolean => {
  const given = named.split(',')
  return new Set(given).size === given.length && given.every((role) => (roles as readonly string[]).includes(role))
}

export const hasRole = (config: { readonly roles: string }, role: Role): boolean => config.roles.split(',').includes(role)

export const hasAllRoles = (config: { readonly roles: string }): boolean => roles.every((role) => hasRole(config, role))
