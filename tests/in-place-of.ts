/** Puts something else in the place of a part's method until it is disposed of. */
export function inPlaceOf<Part, Name extends keyof Part>(part: Part, name: Name, other: Part[Name]): Disposable {
  const own = Object.getOwnPropertyDescriptor(part, name)
  Object.defineProperty(part, name, { value: other, configurable: true, writable: true })
  return {
    [Symbol.dispose]() {
      if (own) Object.defineProperty(part, name, own)
      else delete part[name]
    },
  }
}
