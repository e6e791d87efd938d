const keyName = 'vireo.key'

export const givenKey = (): string | undefined => sessionStorage.getItem(keyName) ?? undefined

/** Until the tab is closed. */
export const keepKey = (key: string): void => sessionStorage.setItem(keyName, key)
