interface LockedPackage {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
}

/** As npm writes it, in version 3: packages by the path at which they are installed, '' for the one that it is the lock of. */
export interface PackageLock {
  readonly packages: Readonly<Record<string, LockedPackage>>
}

/** The part of a lock that a package needs which has some of the dependencies of the lock's own. */
export function lockOf<Description extends LockedPackage>(lock: PackageLock, description: Description): PackageLock {
  const needed = new Map<string, LockedPackage>([['', description]])
  for (const [path, locked] of needed) {
    for (const name of dependenciesOf(locked)) {
      const found = resolved(name, path, lock)
      if (found !== undefined) needed.set(found, lock.packages[found]!)
    }
  }
  return { ...lock, packages: Object.fromEntries([...needed].sort(([a], [b]) => (a < b ? -1 : 1))) }
}

function dependenciesOf({ dependencies, optionalDependencies, peerDependencies = {}, peerDependenciesMeta }: LockedPackage): string[] {
  const peers = Object.keys(peerDependencies).filter((name) => peerDependenciesMeta?.[name]?.optional !== true)
  return [...Object.keys({ ...dependencies, ...optionalDependencies }), ...peers]
}

/** As Node looks for it: beneath the package that asks, then beneath each that holds it. */
function resolved(name: string, from: string, { packages }: PackageLock): string | undefined {
  for (let holder = from; ; holder = holder.slice(0, Math.max(0, holder.lastIndexOf('/node_modules/')))) {
    const path = `${holder === '' ? '' : `${holder}/`}node_modules/${name}`
    if (packages[path] !== undefined) return path
    if (holder === '') return undefined
  }
}
