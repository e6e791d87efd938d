export const nodeFlags: readonly string[]
export const nodeFlagsFor: (cores: number) => readonly string[]
