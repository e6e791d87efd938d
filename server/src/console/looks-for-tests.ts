import type { Lake } from '../ports/lake.ts'
import { LakeLooks } from './lake-looks.ts'

/** Looks into a lake that stays open; `onLook` is told of each. */
export const looksInto = (lake: Lake, onLook: () => unknown = () => undefined): LakeLooks =>
  new LakeLooks(async () => {
    onLook()
    return {
      access: () => lake.access(),
      pin: () => lake.pin(),
      location: (path: string) => lake.location(path),
      scratch: (name: string) => lake.scratch(name),
      close: async () => undefined,
    } as Lake
  })
